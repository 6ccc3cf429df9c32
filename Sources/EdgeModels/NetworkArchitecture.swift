import EdgeNN

/// What distinguishes a network of a family from the others; builds it.
protocol NetworkArchitecture: Hashable, Sendable {
  /// - Parameter scope: of the whole network.
  func network(
    _ scope: Scope, options: NetworkConfiguration
  ) -> any ClassificationNetwork

  /// What a checkpoint holds, read off its names and shapes; nil where it is none of the family. A
  /// family that doesn't say is recognized by comparing tensors, which takes longer.
  init?(of source: any ParameterSource)
}

extension NetworkArchitecture {
  init?(of source: any ParameterSource) { return nil }
}
