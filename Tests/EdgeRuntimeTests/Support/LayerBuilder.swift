import EdgeGraph
import TestSupport

/// Records layers with random parameters, named in the order in which they are made.
struct LayerBuilder {
  private var rng: SplitMix64
  private var count = 0

  init(seed: UInt64) { rng = SplitMix64(seed: seed) }

  mutating func parameter(_ shape: Shape, in range: ClosedRange<Float> = -1...1) -> Tensor {
    count += 1
    return .random("p\(count)", shape, in: range, using: &rng)
  }

  mutating func linear(_ x: Tensor, to outputs: Int, hasBias: Bool = true) -> Tensor {
    let weight = parameter([outputs, x.shape[-1]])
    let bias = hasBias ? [parameter([outputs])] : []
    return Tensor(LinearMap(hasBias: hasBias), [x, weight] + bias, at: "linear\(count)")
  }

  mutating func convolution(
    _ x: Tensor, to outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
    endPadding: Int? = nil, dilation: Int = 1, hasBias: Bool = true
  ) -> Tensor {
    let weight = parameter([outputs, x.shape[3], kernel, kernel])
    let bias = hasBias ? [parameter([outputs])] : []
    let operation = Convolution(
      stride: stride, padding: padding, endPadding: endPadding, dilation: dilation,
      hasBias: hasBias)
    return Tensor(operation, [x, weight] + bias, at: "convolution\(count)")
  }

  mutating func patches(
    _ x: Tensor, to outputs: Int, size: Int, hasBias: Bool = true
  ) -> Tensor {
    convolution(x, to: outputs, kernel: size, stride: size, hasBias: hasBias)
  }

  mutating func depthwise(
    _ x: Tensor, kernel: Int = 3, dilation: Int = 1, hasBias: Bool = true
  ) -> Tensor {
    let channels = x.shape[3]
    let weight = parameter([channels, 1, kernel, kernel])
    let bias = hasBias ? [parameter([channels])] : []
    let operation = Convolution(
      padding: kernel / 2 * dilation, groups: channels, dilation: dilation, hasBias: hasBias)
    return Tensor(operation, [x, weight] + bias, at: "depthwise\(count)")
  }

  mutating func grouped(
    _ x: Tensor, to outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, groups: Int,
    hasBias: Bool = true
  ) -> Tensor {
    let weight = parameter([outputs, x.shape[3] / groups, kernel, kernel])
    let bias = hasBias ? [parameter([outputs])] : []
    let operation = Convolution(
      stride: stride, padding: padding, groups: groups, hasBias: hasBias)
    return Tensor(operation, [x, weight] + bias, at: "grouped\(count)")
  }

  /// Depthwise, or dense where `outputs` are given.
  mutating func circular(
    _ x: Tensor, along axis: CircularConvolution.Axis, taps: Int, to outputs: Int? = nil,
    hasBias: Bool = true
  ) -> Tensor {
    let channels = x.shape[3]
    let operation = CircularConvolution(
      along: axis, groups: outputs == nil ? channels : 1, hasBias: hasBias)
    let kernel = axis == .height ? [taps, 1] : [1, taps]
    let weight = parameter(Shape([outputs ?? channels, outputs == nil ? 1 : channels] + kernel))
    let bias = hasBias ? [parameter([outputs ?? channels])] : []
    return Tensor(operation, [x, weight] + bias, at: "circular\(count)")
  }

  mutating func layerNorm(_ x: Tensor) -> Tensor {
    let affine = [parameter([x.shape[-1]]), parameter([x.shape[-1]])]
    return Tensor(LayerNormalization(epsilon: 1e-6), [x] + affine, at: "norm\(count)")
  }

  mutating func batchNorm(_ x: Tensor) -> Tensor {
    var statistics = (0..<3).map { _ in parameter([x.shape[-1]]) }
    statistics.append(parameter([x.shape[-1]], in: 0.5...2))
    return Tensor(BatchNormalization(epsilon: 1e-5), [x] + statistics, at: "norm\(count)")
  }

  mutating func scaled(_ x: Tensor) -> Tensor { x * parameter([x.shape[-1]]) }

  mutating func mlp(_ x: Tensor, hidden: Int) -> Tensor {
    let wide = gelu(linear(x, to: hidden))
    return linear(wide, to: x.shape[-1])
  }
}
