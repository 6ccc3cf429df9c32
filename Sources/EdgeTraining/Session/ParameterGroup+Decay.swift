import EdgeGraph
import EdgeRuntime

extension ParameterGroup {
  /// The official rule (`optim_factory.py`): no decay for what has one axis or is named a bias;
  /// `temperature`, of three axes, decays.
  package init(name: String, shape: Shape) {
    self.init(decays: shape.rank > 1 && !name.hasSuffix(".bias"))
  }
}

extension ParameterGroup {
  init(_ policy: ParameterPolicy) {
    self.init(
      learningRateScale: policy.rateFactor, decays: policy.decays, isFrozen: !policy.isTrained)
  }
}
