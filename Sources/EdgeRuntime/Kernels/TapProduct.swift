import CEdgeKernels
import EdgeGraph

/// A dense convolution whose taps lie apart, with the activation that follows it. Its patches have no
/// rows in one piece of memory, which a product could read in place; those of a tap's pixels are.
struct TapProduct: ActivatedConvolution {
  static let name = "tap_product"
  /// In one group.
  var convolution: Convolution
  var activation: ActivationFunction?
}

extension TapProduct: Kernel {
  func temporaryCount(_ request: TemporaryRequest) -> Int {
    WeightForm.taps.temporaryCount(request, 1)
  }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let products = try TapProducts(binding, convolution, isBackward: false)
    let bias = convolution.hasBias ? try binding.operand(2) : nil
    let (output, code, function) = (
      binding.output, binding.isa.code, activation?.code ?? EK_IDENTITY
    )
    return products.call { frame, pixels in
      if bias == nil, function == EK_IDENTITY { return }
      let sums = unsafe output.pointer(frame, row: pixels.lowerBound)
      let stride = Int64(output.stride)
      unsafe ek_scale_shift_f32(
        code, Int64(pixels.count), Int64(output.columns), sums, stride, nil, bias?.pointer(frame),
        function, sums, stride)
    }
  }
}
