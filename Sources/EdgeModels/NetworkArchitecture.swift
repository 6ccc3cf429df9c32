import EdgeNN

/// What distinguishes a network of a family from the others; builds it.
protocol NetworkArchitecture: Sendable {
  /// - Parameter scope: of the whole network.
  func network(_ scope: Scope, options: NetworkConfiguration) -> any Network
}

/// A classification network made of a backbone, which other heads may stand on as well, and what
/// tells classes apart.
protocol BackboneArchitecture: NetworkArchitecture {
  /// Places under which the official code holds tensors of other places a second time.
  var aliases: [String: String] { get }

  /// - Parameter scope: of the whole network; the backbone's parameters have the same names below it
  ///   whatever stands on it.
  func backbone(
    _ scope: Scope, options: NetworkConfiguration, outputStride: OutputStride
  ) -> Backbone

  func head(_ scope: Scope, options: NetworkConfiguration) -> ClassificationHead
}

extension BackboneArchitecture {
  var aliases: [String: String] { [:] }

  func network(_ scope: Scope, options: NetworkConfiguration) -> any Network {
    ClassificationNetwork(
      backbone: backbone(scope, options: options, outputStride: .thirtyTwo),
      head: head(scope, options: options))
  }
}
