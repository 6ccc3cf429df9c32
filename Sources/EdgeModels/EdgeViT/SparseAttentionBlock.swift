import EdgeGraph
import EdgeNN

/// A position convolution, attention among every so many tokens, and an MLP, each added to its input
/// (reference code `src/edgevit.py`, `SelfAttn` and `GlobalSparseAttn`).
///
/// - Input and output: `[n, h, w, channels]`, h and w multiples of the sampling step.
struct SparseAttentionBlock: Module {
  private let positions: DepthwiseConv2D
  private let attentionNorm, mlpNorm: LayerNorm
  private let attention: SparseAttention
  private let expand, project: Linear
  private let dropPath: DropPath

  init(
    _ scope: Scope, channels: Int, heads: Int, samplingStep: Int, dropPath rate: Double,
    dilation: Int
  ) {
    positions = DepthwiseConv2D(
      scope / "pos_embed", channels: channels, kernelSize: 3, dilation: dilation,
      initializer: .pyTorch(fanIn: 9))
    attentionNorm = LayerNorm(scope / "norm1", channels: channels)
    attention = SparseAttention(
      scope / "attn", channels: channels, heads: heads, samplingStep: samplingStep)
    mlpNorm = LayerNorm(scope / "norm2", channels: channels)
    expand = Linear(scope / "mlp" / "fc1", from: channels, to: 4 * channels)
    project = Linear(scope / "mlp" / "fc2", from: 4 * channels, to: channels)
    dropPath = DropPath(scope / "drop_path", rate: rate)
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    let placed = x + positions(x)
    let attended = placed + dropPath(attention(attentionNorm(placed)))
    return attended + dropPath(project(gelu(expand(mlpNorm(attended)))))
  }
}

/// Attention among the upper left tokens of cells, whose results a transposed depthwise convolution
/// spreads over their cells.
private struct SparseAttention: Module {
  private let qkv, projection: Linear
  private let spread: DepthwiseConvTranspose2D?
  private let norm: LayerNorm?
  private let attention: SoftmaxAttention
  private let step: Int
  private let path: String

  init(_ scope: Scope, channels: Int, heads: Int, samplingStep: Int) {
    path = scope.path
    step = samplingStep
    qkv = Linear(scope / "qkv", from: channels, to: 3 * channels)
    projection = Linear(scope / "proj", from: channels, to: channels)
    attention = SoftmaxAttention(heads: heads)
    let samples = samplingStep > 1
    spread =
      samples
      ? DepthwiseConvTranspose2D(
        scope / "LocalProp", channels: channels, stride: samplingStep) : nil
    norm = samples ? LayerNorm(scope / "norm", channels: channels, epsilon: 1e-5) : nil
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    let sampled = step > 1 ? Tensor(Subsample(stride: step), [x], at: path) : x
    let attended = Tensor(attention, [qkv(sampled)], at: path)
    let whole = spread?(attended) ?? attended
    return projection(norm?(whole) ?? whole)
  }
}
