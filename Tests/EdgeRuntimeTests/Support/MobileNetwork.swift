import EdgeGraph
import EdgeNN

/// A network of few channels with what the encoders of mobile networks are made of: batch norms
/// before and behind convolutions, every kind of activation, a max pool, an inverted residual,
/// feed-forward parts as 1x1 convolutions and as linear maps, channel attention.
struct MobileNetwork {
  private let scope: Scope

  /// The logits of a batch of images.
  static func logits(_ scope: Scope, _ images: Tensor, classes: Int) -> Tensor {
    let network = MobileNetwork(scope: scope)
    var x = network.stem(images)
    x = network.invertedResidual(x)
    x = network.attended(x)
    x = network.transformed(x)
    let small = relu(network.convolution("down", x, to: 11, stride: 2))
    return Linear(scope / "head", from: 11, to: classes)(small.spatialMean())
  }

  private func convolution(
    _ name: String, _ x: Tensor, to outputs: Int, kernel: Int = 1, stride: Int = 1,
    groups: Int = 1, hasBias: Bool = true
  ) -> Tensor {
    let weight = (scope / name).parameter(
      "weight", [outputs, x.shape[3] / groups, kernel, kernel], .constant(0))
    let bias = hasBias ? [(scope / name).parameter("bias", [outputs], .constant(0))] : []
    let operation = Convolution(
      stride: stride, padding: kernel / 2, groups: groups, hasBias: hasBias)
    return Tensor(operation, [x, weight] + bias, at: name)
  }

  private func normalized(_ name: String, _ x: Tensor) -> Tensor {
    BatchNorm(scope / name, channels: x.shape[3])(x)
  }

  private func stem(_ images: Tensor) -> Tensor {
    let x = convolution("stem", images, to: 6, kernel: 3, stride: 2, hasBias: false)
    return relu(normalized("stem_norm", x)).maxPool(kernelSize: 3, stride: 2, padding: 1)
  }

  private func invertedResidual(_ x: Tensor) -> Tensor {
    let wide = relu6(normalized("expand_norm", convolution("expand", x, to: 18, hasBias: false)))
    let mixed = convolution("depthwise", wide, to: 18, kernel: 3, groups: 18, hasBias: false)
    let narrow = convolution(
      "reduce", silu(normalized("depthwise_norm", mixed)), to: 6, hasBias: false)
    return x + normalized("reduce_norm", narrow)
  }

  /// Batch norm, two 1x1 convolutions, channels weighted by what their means say.
  private func attended(_ x: Tensor) -> Tensor {
    let wide = hardswish(convolution("ffn_1", normalized("ffn_norm", x), to: 10))
    let h = convolution("ffn_2", wide, to: 6)
    let mean = Tensor(Reshape([x.shape[0], 1, 1, 6]), [h.spatialMean()])
    let squeezed = hardswish(convolution("squeeze", mean, to: 3, hasBias: false))
    return x + h * hardsigmoid(convolution("excite", squeezed, to: 6, hasBias: false))
  }

  private func transformed(_ x: Tensor) -> Tensor {
    let wide = Linear(scope / "expand_tokens", from: 6, to: 13)(
      LayerNorm(scope / "token_norm", channels: 6)(x))
    return x + Linear(scope / "project_tokens", from: 13, to: 6)(silu(wide))
  }
}
