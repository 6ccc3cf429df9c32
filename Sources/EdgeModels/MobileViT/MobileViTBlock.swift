import EdgeGraph
import EdgeNN

/// Convolutions to tokens, transformer layers in which a token sees those at its own place in their
/// 2x2 patches, and the fusion with the input (reference code
/// `cvnets/modules/mobilevit_block.py`).
///
/// - Input and output: `[n, h, w, channels]`. Odd heights and widths are resized to the next even
///   ones for the transformer.
struct MobileViTBlock: Module {
  private static let patch = 2

  private let local: ConvNorm
  private let widen: Conv2D
  private let layers: [TransformerLayer]
  private let norm: LayerNorm
  private let narrow, fusion: ConvNorm

  init(
    _ scope: Scope, channels: Int, _ transformer: MobileViT.Transformer, dropout: Double
  ) {
    let width = transformer.width
    local = ConvNorm(
      cvnets: scope / "local_rep" / "conv_3x3", from: channels, to: channels, kernelSize: 3)
    widen = Conv2D(
      scope / "local_rep" / "conv_1x1" / "block" / "conv", from: channels, to: width, kernelSize: 1,
      hasBias: false, initializer: .kaiming(outputs: width, kernelSize: 1))
    let place = scope / "global_rep"
    layers = (0..<transformer.layers).map { layer in
      TransformerLayer(
        place / layer, width: width, hidden: transformer.hidden, patch: Self.patch,
        dropout: dropout)
    }
    norm = LayerNorm(place / transformer.layers, channels: width, epsilon: 1e-5)
    narrow = ConvNorm(cvnets: scope / "conv_proj", from: width, to: channels, kernelSize: 1)
    fusion = ConvNorm(
      cvnets: scope / "fusion", from: 2 * channels, to: channels, kernelSize: 3)
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    let (height, width) = (x.shape[1], x.shape[2])
    let tokens = resized(
      widen(local(x)), height: height + height % Self.patch, width: width + width % Self.patch)
    let transformed = norm(layers.reduce(tokens) { $1($0) })
    return fusion(
      .concatenate([x, narrow(resized(transformed, height: height, width: width))]))
  }

  private func resized(_ x: Tensor, height: Int, width: Int) -> Tensor {
    x.shape[1] == height && x.shape[2] == width
      ? x : Tensor(BilinearResize(height: height, width: width), [x])
  }
}

/// Attention and MLP, each behind a layer norm and added to its input (reference code
/// `cvnets/modules/transformer.py`).
///
/// - Input and output: `[n, h, w, width]`.
private struct TransformerLayer: Module {
  private let attentionNorm, mlpNorm: LayerNorm
  private let qkv, out: Linear
  private let expand, project: Linear
  private let dropout: DropElements
  private let attention: SoftmaxAttention
  private let path: String

  init(_ scope: Scope, width: Int, hidden: Int, patch: Int, dropout rate: Double) {
    let (mha, ffn) = (scope / "pre_norm_mha", scope / "pre_norm_ffn")
    path = scope.path
    attentionNorm = LayerNorm(mha / 0, channels: width, epsilon: 1e-5)
    qkv = Linear(mha / 1 / "qkv_proj", from: width, to: 3 * width)
    out = Linear(mha / 1 / "out_proj", from: width, to: width)
    mlpNorm = LayerNorm(ffn / 0, channels: width, epsilon: 1e-5)
    expand = Linear(ffn / 1, from: width, to: hidden)
    project = Linear(ffn / 4, from: hidden, to: width)
    dropout = DropElements(scope / "dropout", rate: rate)
    attention = SoftmaxAttention(heads: 4, patch: patch)
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    let y = x + dropout(out(Tensor(attention, [qkv(attentionNorm(x))], at: path)))
    return y + dropout(project(silu(expand(mlpNorm(y)))))
  }
}
