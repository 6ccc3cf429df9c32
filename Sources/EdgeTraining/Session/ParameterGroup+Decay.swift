import EdgeGraph
import EdgeRuntime

extension ParameterGroup {
  /// What has one axis at most, or a name that ends in `.bias`, doesn't decay
  /// (`mmaaz60/EdgeNeXt`, `optim_factory.py`): norms, biases and layer scales. The temperature of
  /// cross-covariance attention has three axes and decays, as in the official program.
  package init(name: String, shape: Shape) {
    self.init(decays: shape.rank > 1 && !name.hasSuffix(".bias"))
  }
}
