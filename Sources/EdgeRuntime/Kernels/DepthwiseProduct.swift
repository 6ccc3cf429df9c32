import CEdgeKernels
import EdgeGraph

/// A depthwise convolution, or one in groups, with the activation that follows it.
struct DepthwiseProduct: ActivatedConvolution {
  static let name = "depthwise_product"
  var convolution: Convolution
  var activation: ActivationFunction?
}

extension DepthwiseProduct: Kernel {
  func temporaryCount(_ request: TemporaryRequest) -> Int {
    let taps = GroupedTaps.temporaryCount(request, 1, .forward)
    guard convolution.hasBias else { return taps }
    return taps + GroupedBias.temporaryCount(request, 2, groups: convolution.groups)
  }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let weight = binding.inputs[1].shape
    guard convolution.isGrouped(weight: weight) else {
      throw binding.denseConvolution(Convolution.name)
    }
    let x = try binding.operand(0)
    let (output, groups) = (binding.output, convolution.groups)
    let taps = try GroupedTaps(binding, 1, groups: groups)
    let offset = taps.packing.isEmpty ? 0 : weight.count
    let bias =
      convolution.hasBias ? try GroupedBias(binding, 2, groups: groups, at: offset) : nil
    let sizes = GroupedSizes(
      convolution, x, binding.inputs[0].shape, weight: weight, output, binding.shape)
    let (code, activation) = (binding.isa.code, activation?.code ?? EK_IDENTITY)
    return KernelCall(
      before: taps.packing + (bias?.packing ?? []), items: sizes.outputRows,
      scratchCount: sizes.scratchCount
    ) { frame, range in
      var shape = sizes.shape
      sizes.eachImage(ofOutputs: range) { rows in
        unsafe ek_grouped_f32(
          code, &shape, Int64(sizes.inputs), Int64(sizes.outputs),
          x.pointer(frame, row: rows.inputPixel), taps.operand.pointer(frame),
          bias?.operand.pointer(frame), activation, rows.first, rows.end,
          output.pointer(frame, row: rows.outputPixel), frame.scratch)
      }
    }
  }
}

extension Convolution {
  /// Whether it is run plane by plane: each group has a channel of its own, or there are several
  /// groups.
  func isGrouped(weight: Shape) -> Bool { groups > 1 || isDepthwise(weight: weight) }
}

extension Binding {
  func denseConvolution(_ operation: String) -> RuntimeError {
    .unsupported(
      operation: operation, path: path,
      reason: "one group of several channels; expected a product over patches")
  }
}
