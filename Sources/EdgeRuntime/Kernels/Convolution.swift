import CEdgeKernels
import EdgeGraph

/// Depthwise convolutions. Dense ones become matrix products; see ``FuseProducts``.
extension Convolution: Kernel {
  func temporaryCount(_ request: TemporaryRequest) -> Int {
    DepthwiseTaps.temporaryCount(request, 1, isReversed: false)
  }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let weight = binding.inputs[1].shape
    guard isDepthwise(weight: weight) else { throw binding.groupsOfSeveralChannels(Self.name) }
    let x = try binding.operand(0)
    let output = binding.output
    let taps = try DepthwiseTaps(binding, 1)
    let bias = hasBias ? try binding.operand(2) : nil
    let sizes = DepthwiseSizes(
      self, x, binding.inputs[0].shape, weight: weight, output, binding.shape)
    let code = binding.isa.code
    return KernelCall(before: taps.packing, items: sizes.outputRows) { frame, range in
      var shape = sizes.shape
      sizes.eachImage(ofOutputs: range) { rows in
        unsafe ek_depthwise_f32(
          code, &shape, x.pointer(frame, row: rows.inputPixel), taps.operand.pointer(frame),
          bias?.pointer(frame), rows.first, rows.end,
          output.pointer(frame, row: rows.outputPixel))
      }
    }
  }
}

extension Binding {
  func groupsOfSeveralChannels(_ operation: String) -> RuntimeError {
    .unsupported(
      operation: operation, path: path,
      reason: "groups of several channels; expected 1 group, or one for each channel")
  }
}
