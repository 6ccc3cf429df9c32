import CEdgeKernels
import EdgeGraph

extension RandomMask: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let key = try binding.operand(0)
    let output = binding.output
    let name = Self.words(RandomStream.hash(path))
    return KernelCall(items: output.rows) { [threshold, kept] frame, range in
      let key = unsafe key.pointer(frame)
      let seed = unsafe Self.seed(SIMD4(key[0], key[1], key[2], key[3]))
      var stream = ek_random_stream(key: Self.words(seed), step: 0, name: name)
      let joined = output.isContiguous ? range.count : 1
      for row in stride(from: range.lowerBound, to: range.upperBound, by: max(joined, 1)) {
        unsafe ek_random_mask_f32(
          &stream, Int64(row * output.columns), Int64(joined * output.columns), threshold, kept,
          output.pointer(frame, row: row))
      }
    }
  }

  /// The low and the high half.
  private static func words(_ number: UInt64) -> (UInt32, UInt32) {
    (UInt32(truncatingIfNeeded: number), UInt32(truncatingIfNeeded: number >> 32))
  }
}
