import CEdgeKernels
import EdgeGraph

/// The background's losses, and then image by image.
extension MinedLabels: Kernel {
  func temporaryCount(_ request: TemporaryRequest) -> Int { request.output.count }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let (confidences, labels) = (try binding.operand(0), try binding.contiguousOperand(1))
    let (losses, output) = (binding.temporary, try binding.contiguousOutput())
    let (code, anchors) = (binding.isa.code, binding.shape[1])
    let lost = KernelCall(items: confidences.rows) { frame, range in
      let row = range.lowerBound
      unsafe ek_background_loss_f32(
        code, Int64(range.count), Int64(confidences.columns),
        confidences.pointer(frame, row: row), Int64(confidences.stride),
        labels.pointer(frame) + row, losses.pointer(frame) + row)
    }
    return KernelCall(before: [lost], items: binding.shape[0]) { [ratio] frame, range in
      for image in range {
        let first = image * anchors
        unsafe ek_mine_labels_f32(
          Int64(anchors), ratio, labels.pointer(frame) + first, losses.pointer(frame) + first,
          output.pointer(frame) + first)
      }
    }
  }
}
