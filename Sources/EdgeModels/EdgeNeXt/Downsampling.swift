import EdgeGraph
import EdgeNN

/// The stem (4x4 patches, then the norm) or the step between two stages (the norm, then 2x2
/// patches). No padding: rows and columns that don't fill a patch are dropped.
struct Downsampling: Module {
  private let norm: Norm
  private let convolution: Conv2D
  private let isStem: Bool

  init(
    _ scope: Scope, from inputs: Int, to outputs: Int, isStem: Bool, usesBatchNorm: Bool
  ) {
    self.isStem = isStem
    let patch = isStem ? 4 : 2
    norm = Norm(
      scope / (isStem ? 1 : 0), channels: isStem ? outputs : inputs,
      usesBatchNorm: usesBatchNorm)
    convolution = Conv2D(
      scope / (isStem ? 0 : 1), from: inputs, to: outputs, kernelSize: patch, stride: patch,
      hasBias: !usesBatchNorm)
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    isStem ? norm(convolution(x)) : convolution(norm(x))
  }
}
