import EdgeGraph
import EdgeNN

/// The stem (4x4 patches, then the norm) or the step between two stages (the norm, then 2x2
/// patches). No padding: rows and columns that don't fill a patch are dropped.
///
/// With a stride of 1 the patches overlap, and zeros below and to the right keep height and width.
/// The official code has no such networks: this is the package's rule. The larger map then holds the
/// smaller one.
struct Downsampling: Module {
  private let norm: Norm
  private let convolution: Conv2D
  private let isStem: Bool

  /// - Parameter stride: of its map, as published.
  init(
    _ scope: Scope, from inputs: Int, to outputs: Int, stride: Int, outputStride: OutputStride,
    usesBatchNorm: Bool
  ) {
    let isStem = stride == 4
    let step = outputStride.step(to: stride)
    let dilation = outputStride.dilation(at: stride / 2)
    self.isStem = isStem
    let patch = isStem ? 4 : 2
    norm = Norm(
      scope / (isStem ? 1 : 0), channels: isStem ? outputs : inputs,
      usesBatchNorm: usesBatchNorm)
    convolution = Conv2D(
      scope / (isStem ? 0 : 1), from: inputs, to: outputs, kernelSize: patch,
      stride: isStem ? patch : step, padding: 0, endPadding: step == 1 ? dilation : 0,
      dilation: dilation, hasBias: !usesBatchNorm)
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    isStem ? norm(convolution(x)) : convolution(norm(x))
  }
}
