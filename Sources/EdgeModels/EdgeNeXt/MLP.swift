import EdgeGraph
import EdgeNN

/// Expand four times, activate, project back, scale each channel: `pwconv1`, `pwconv2`, `gamma` of
/// an encoder; timm has `mlp.fc1` and `mlp.fc2`.
struct MLP: Module {
  private let expand, project: Linear
  private let gamma: Tensor
  private let usesHardswish: Bool

  /// What layer scales start with in the official code.
  static let layerScale = 1e-6

  init(
    _ scope: Scope, channels: Int, usesHardswish: Bool, layerScale: Double = MLP.layerScale,
    usesTimmNames: Bool = false
  ) {
    let mlp = scope / "mlp"
    expand = Linear(
      usesTimmNames ? mlp / "fc1" : scope / "pwconv1", from: channels, to: 4 * channels)
    project = Linear(
      usesTimmNames ? mlp / "fc2" : scope / "pwconv2", from: 4 * channels, to: channels)
    gamma = scope.parameter("gamma", [channels], .constant(layerScale))
    self.usesHardswish = usesHardswish
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    let hidden = expand(x)
    return project(usesHardswish ? hardswish(hidden) : gelu(hidden)) * gamma
  }
}
