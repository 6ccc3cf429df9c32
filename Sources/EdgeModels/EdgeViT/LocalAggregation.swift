import EdgeGraph
import EdgeNN

/// Neighbors exchange what they know: a position convolution, a 5x5 depthwise (or a circular)
/// convolution between pointwise ones, and an MLP, each added to its input (reference code
/// `src/edgevit.py`, `LocalAgg`).
///
/// - Input and output: `[n, h, w, channels]`.
struct LocalAggregation: Module {
  private let positions: DepthwiseConv2D
  private let norm, mlpNorm: BatchNorm
  private let before, after: Conv2D
  private let middle: any Module
  private let expand, project: Conv2D
  private let dropPath: DropPath

  init(
    _ scope: Scope, channels: Int, circular: (taps: Int, hasPositions: Bool)?,
    dropPath rate: Double, dilation: Int
  ) {
    positions = DepthwiseConv2D(
      scope / "pos_embed", channels: channels, kernelSize: 3, dilation: dilation,
      initializer: .pyTorch(fanIn: 9))
    norm = BatchNorm(scope / "norm1", channels: channels)
    before = Self.pointwise(scope / "conv1", from: channels, to: channels)
    after = Self.pointwise(scope / "conv2", from: channels, to: channels)
    middle =
      circular.map {
        PositionAwareConvolution(
          scope / "attn", names: ("H", "W"), channels: channels, taps: $0.taps,
          hasPositions: $0.hasPositions, isDepthwise: true)
      }
      ?? DepthwiseConv2D(
        scope / "attn", channels: channels, kernelSize: 5, dilation: dilation,
        initializer: .pyTorch(fanIn: 25))
    mlpNorm = BatchNorm(scope / "norm2", channels: channels)
    expand = Self.pointwise(scope / "mlp" / "fc1", from: channels, to: 4 * channels)
    project = Self.pointwise(scope / "mlp" / "fc2", from: 4 * channels, to: channels)
    dropPath = DropPath(scope / "drop_path", rate: rate)
  }

  private static func pointwise(_ scope: Scope, from inputs: Int, to outputs: Int) -> Conv2D {
    Conv2D(scope, from: inputs, to: outputs, kernelSize: 1, initializer: .pyTorch(fanIn: inputs))
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    let placed = x + positions(x)
    let mixed = placed + dropPath(after(middle(before(norm(placed)))))
    return mixed + dropPath(project(gelu(expand(mlpNorm(mixed)))))
  }
}
