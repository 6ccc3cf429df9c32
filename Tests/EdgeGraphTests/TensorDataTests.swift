import EdgeGraph
import TestSupport
import Testing

@Suite struct TensorDataTests {
  private func data<Element: BitwiseCopyable & Sendable>(
    _ dtype: DType, _ values: [Element]
  ) -> TensorData {
    TensorData(shape: [values.count], dtype: dtype, storage: ArrayStorage(values))
  }

  @Test func integersOfEveryWidth() {
    #expect(data(.bool, [0, 1] as [UInt8]).doubles() == [0, 1])
    #expect(data(.uint8, [0, 255] as [UInt8]).doubles() == [0, 255])
    #expect(data(.int8, [-128, 127] as [Int8]).doubles() == [-128, 127])
    #expect(data(.int16, [.min, .max] as [Int16]).doubles() == [-32768, 32767])
    #expect(data(.int32, [.min, .max] as [Int32]).doubles() == [-0x1p31, 0x1p31 - 1])
    #expect(data(.int64, [.min, 1 << 53] as [Int64]).doubles() == [-0x1p63, 0x1p53])
    #expect(data(.uint8, [0, 255] as [UInt8]).floats() == [0, 255])
    #expect(data(.int32, [16_777_217, 16_777_219] as [Int32]).floats() == [0x1p24, 16_777_220])
  }

  /// Just above a tie of float32, but a tie once rounded to float64: up, not to even.
  @Test func longIntegersAreRoundedOnce() {
    let value: Int64 = (1 << 60) + (1 << 36) + 1
    #expect(data(.int64, [value, -value]).floats() == [Float(value), -Float(value)])
    #expect(Float(value) != Float(Double(value)))
  }

  @Test func doublesAreRoundedToNearestEven() {
    let ulp = 0x1p-23
    let values = [1 + ulp / 2, 1 + 1.5 * ulp, 1 + 0.51 * ulp, 1e300, -1e300, 1e-46, .nan]
    let floats = data(.float64, values).floats()
    let expected: [Float] = [1, 0x1.000004p0, 0x1.000002p0, .infinity, -.infinity, 0]
    #expect(Array(floats.dropLast()) == expected)
    #expect(floats[6].isNaN)
  }

  /// All 65,536 bit patterns against the format's definition.
  @Test func everyFloat16() {
    let bits = (0...UInt16.max).map { $0 }
    let tensor = data(.float16, bits)
    let expected = bits.map { pattern -> Double in
      let (exponent, fraction) = (Int(pattern >> 10 & 31), Double(pattern & 1023))
      let sign = pattern >> 15 == 0 ? 1.0 : -1
      if exponent == 31 { return fraction == 0 ? sign * .infinity : .nan }
      let significand = exponent == 0 ? fraction / 1024 : 1 + fraction / 1024
      return sign * significand
        * Double(sign: .plus, exponent: max(exponent, 1) - 15, significand: 1)
    }
    #expect(largestDifference(tensor.doubles(), expected) == 0)
    #expect(largestDifference(tensor.floats().map(Double.init), expected) == 0)
  }

  /// Every bfloat16 survives; NaN stays NaN.
  @Test func everyBFloat16() {
    let bits = (0...UInt16.max).map { $0 }
    let floats = data(.bfloat16, bits).floats()
    for (pattern, value) in zip(bits, floats) {
      if value.isNaN {
        #expect(Float(bfloat16: value.bfloat16Bits).isNaN)
      } else if value.bfloat16Bits != pattern || value.bitPattern != UInt32(pattern) << 16 {
        Issue.record("\(pattern) became \(value.bfloat16Bits)")
      }
    }
    #expect(largestDifference(data(.bfloat16, bits).doubles(), floats.map(Double.init)) == 0)
  }

  @Test(
    arguments: [
      (1, 0x3F80), (1 + 0x1p-8, 0x3F80), (1 + 0x1p-8 + 0x1p-23, 0x3F81), (1 + 0x3p-8, 0x3F82),
      (-1 - 0x1p-8, 0xBF80), (.infinity, 0x7F80), (-.infinity, 0xFF80),
      (.greatestFiniteMagnitude, 0x7F80), (.leastNonzeroMagnitude, 0),
      (Float(bitPattern: 0x8001), 1), (Float(bitPattern: 0x8000), 0),
      (Float(bitPattern: 0x18000), 2), (-0.0, 0x8000),
    ] as [(Float, UInt16)])
  func bfloat16RoundsToNearestEven(value: Float, bits: UInt16) {
    #expect(value.bfloat16Bits == bits)
  }

  /// A NaN whose payload is only in the lower half must not become infinity.
  @Test(arguments: [0x7F80_0001, 0xFF80_0001, 0x7FFF_FFFF] as [UInt32])
  func bfloat16KeepsNaN(bits: UInt32) {
    #expect(Float(bfloat16: Float(bitPattern: bits).bfloat16Bits).isNaN)
  }

  @Test func keepsItsBytesUnderAnotherShape() {
    let tensor = TensorData([1, 2, 3, 4, 5, 6], shape: [2, 3]).reshaped(to: [3, 2])
    #expect(tensor.shape == [3, 2])
    #expect(tensor.floats() == [1, 2, 3, 4, 5, 6])
  }

  @Test func bytesFitTheShape() async {
    await #expect(processExitsWith: .failure) { _ = TensorData([1, 2], shape: [3]) }
    await #expect(processExitsWith: .failure) {
      _ = TensorData([1, 2], shape: [2]).reshaped(to: [1])
    }
  }

  @Test func movesTheChannels() {
    let values = (0..<120).map(Float.init)
    let image = TensorData(values, shape: [2, 3, 4, 5])
    let last = image.channelsLast()
    #expect(last.shape == [2, 4, 5, 3])
    for (n, c, y, x) in [(0, 0, 0, 0), (0, 2, 1, 4), (1, 1, 3, 2), (1, 2, 3, 4)] {
      let index = ((n * 4 + y) * 5 + x) * 3 + c
      #expect(last.floats()[index] == Float(((n * 3 + c) * 4 + y) * 5 + x))
    }
    #expect(last.channelsFirst().shape == image.shape)
    #expect(last.channelsFirst().floats() == values)
  }

  @Test func sizesOfTypes() {
    let sizes = DType.allCases.map(\.byteSize)
    #expect(sizes == [2, 2, 4, 8, 1, 1, 1, 2, 4, 8])
    #expect(DType.allCases.filter(\.isFloatingPoint) == [.float16, .bfloat16, .float32, .float64])
  }
}
