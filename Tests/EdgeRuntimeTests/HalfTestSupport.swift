import CEdgeKernels
import Testing

/// Rows of 16-bit numbers, as bits, with guards around all elements: before, after, between rows.
@safe final class GuardedHalves {
  let rows: Int, columns: Int, stride: Int
  private let memory: UnsafeMutableBufferPointer<UInt16>
  private static let margin = 67
  private static let guardBits: UInt16 = 0x5A5B

  init(rows: Int, columns: Int, gap: Int = 0) {
    self.rows = rows
    self.columns = columns
    stride = columns + gap
    unsafe memory = .allocate(capacity: rows * stride + 2 * Self.margin)
    unsafe memory.initialize(repeating: Self.guardBits)
  }

  deinit { unsafe memory.deallocate() }

  var pointer: UnsafeMutablePointer<UInt16> {
    unsafe memory.baseAddress.unsafelyUnwrapped + Self.margin
  }

  subscript(i: Int, j: Int) -> UInt16 {
    unsafe memory[Self.margin + i * stride + j]
  }

  var values: [UInt16] {
    (0..<rows).flatMap { i in (0..<columns).map { j in self[i, j] } }
  }

  var guardsAreIntact: Bool {
    for index in unsafe memory.indices {
      let offset = index - Self.margin
      let isElement =
        offset >= 0 && offset < rows * stride && stride > 0 && offset % stride < columns
      if !isElement, unsafe memory[index] != Self.guardBits { return false }
    }
    return true
  }
}

extension Float {
  /// The nearest number with `bits` bits of fraction, the even one of two, and no finer than
  /// `finest`.
  func rounded(fraction bits: Int, finest: Double) -> Double {
    guard isFinite, self != 0 else { return Double(self) }
    let place = max(Double(sign: .plus, exponent: Int(exponent) - bits, significand: 1), finest)
    return (Double(self) / place).rounded(.toNearestOrEven) * place
  }

  /// The nearest bfloat16 to a normal number.
  var roundedToBFloat16: Double { rounded(fraction: 7, finest: 0) }

  /// The nearest float16 below the largest.
  var roundedToFloat16: Double { rounded(fraction: 10, finest: 0x1p-24) }
}

/// The value of the bits of a float16.
func float16(_ bits: UInt16) -> Double {
  let sign = bits & 0x8000 == 0 ? 1.0 : -1.0
  let (exponent, fraction) = (Int(bits >> 10 & 31), Double(bits & 1023))
  switch exponent {
  case 0: return sign * fraction * 0x1p-24
  case 31: return fraction == 0 ? sign * .infinity : .nan
  default:
    return sign * Double(sign: .plus, exponent: exponent - 25, significand: 1024 + fraction)
  }
}
