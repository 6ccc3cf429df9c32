import CEdgeKernels
import EdgeGraph

extension BatchNormalizationTraining: Kernel {
  var reusableInputs: [Int] { [0] }

  /// The scale and the shift that the statistics give.
  func temporaryCount(_ request: TemporaryRequest) -> Int { 2 * request.output.columns }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let x = try binding.operand(0)
    let (weight, bias) = (try binding.operand(1), try binding.operand(2))
    let statistics = try binding.operand(3)
    let (columns, epsilon) = (x.columns, Float(epsilon))
    let scale = binding.temporary.view([columns], from: 0, stride: columns)
    let shift = binding.temporary.view([columns], from: columns, stride: columns)
    let affine = KernelCall(items: 1) { frame, _ in
      unsafe ek_batch_norm_scale_f32(
        Int64(columns), statistics.pointer(frame), statistics.pointer(frame, row: 1),
        weight.pointer(frame), bias.pointer(frame), epsilon, scale.pointer(frame),
        shift.pointer(frame))
    }
    var call = ElementCall(binding, x).kernelCall(scale: scale, shift: shift)
    call.before = [affine]
    return call
  }
}
