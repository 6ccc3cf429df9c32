import EdgeNN

/// What distinguishes a network of a family from the others; builds it.
protocol NetworkArchitecture: Hashable, Sendable {
  /// - Parameter scope: of the whole network.
  func network(
    _ scope: Scope, options: NetworkConfiguration
  ) -> any ClassificationNetwork
}
