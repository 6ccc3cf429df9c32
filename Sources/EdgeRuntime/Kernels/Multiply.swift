import CEdgeKernels
import EdgeGraph

extension Multiply: Kernel {
  var reusableInputs: [Int] { [0, 1] }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let pair = try RepeatedPair(binding, Self.name)
    let code = binding.isa.code
    return unsafe pair.call(
      { rows, columns, a, aStride, b, bStride, y, yStride in
        unsafe ek_multiply_f32(code, rows, columns, a, aStride, b, bStride, y, yStride)
      },
      scalar: { rows, columns, a, aStride, b, y, yStride in
        unsafe ek_affine_f32(code, rows, columns, b, 0, a, aStride, y, yStride)
      })
  }
}
