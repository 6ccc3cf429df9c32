import EdgeGraph

/// What a tensor's values are like, integers included.
public struct TensorStatistics: Equatable, Sendable {
  /// Elements that are not a number; the other figures leave them out.
  public let nanCount: Int
  public let infiniteCount: Int
  /// Nil where no element is a number.
  public let minimum: Double?
  /// The sum of the elements, taken in order in float64, by their count.
  public let mean: Double?
  public let maximum: Double?

  public init(_ tensor: TensorData) {
    var tally = Tally()
    tensor.forEachValue { tally.add($0) }
    nanCount = tally.nanCount
    infiniteCount = tally.infiniteCount
    minimum = tally.count == 0 ? nil : tally.minimum
    mean = tally.count == 0 ? nil : tally.sum / Double(tally.count)
    maximum = tally.count == 0 ? nil : tally.maximum
  }
}

private struct Tally {
  var (count, nanCount, infiniteCount) = (0, 0, 0)
  var (sum, minimum, maximum) = (0.0, Double.infinity, -Double.infinity)

  @inline(__always)
  mutating func add(_ value: Double) {
    if value.isNaN {
      nanCount += 1
      return
    }
    count += 1
    if value.isInfinite { infiniteCount += 1 }
    sum += value
    minimum = value < minimum ? value : minimum
    maximum = value > maximum ? value : maximum
  }
}

extension TensorData {
  /// How many elements are NaN or infinite: those whose exponent's bits are all ones.
  var nonFiniteCount: Int {
    storage.withBytes { bytes in
      switch dtype {
      case .float64: bytes.countLanes(exponent: 0x7FF0_0000_0000_0000, unit: 0x0010_0000_0000_0000)
      case .float32: bytes.countLanes(exponent: 0x7F80_0000_7F80_0000, unit: 0x0080_0000_0080_0000)
      case .float16: bytes.countLanes(exponent: 0x7C00_7C00_7C00_7C00, unit: 0x0400_0400_0400_0400)
      case .bfloat16: bytes.countLanes(exponent: 0x7F80_7F80_7F80_7F80, unit: 0x0080_0080_0080_0080)
      default: 0
      }
    }
  }

  /// Calls `body` with every element in C order, without a copy of them.
  @inline(__always)
  fileprivate func forEachValue(_ body: (Double) -> Void) {
    storage.withBytes { bytes in
      switch dtype {
      case .float32: bytes.forEach(Float.self) { body(Double($0)) }
      case .float64: bytes.forEach(Double.self) { body($0) }
      case .float16: bytes.forEach(Float16.self) { body(Double($0)) }
      case .bfloat16: bytes.forEach(UInt16.self) { body(Double(Float(bfloat16: $0))) }
      case .bool, .uint8: bytes.forEach(UInt8.self) { body(Double($0)) }
      case .int8: bytes.forEach(Int8.self) { body(Double($0)) }
      case .int16: bytes.forEach(Int16.self) { body(Double($0)) }
      case .int32: bytes.forEach(Int32.self) { body(Double($0)) }
      case .int64: bytes.forEach(Int64.self) { body(Double($0)) }
      }
    }
  }
}

extension RawSpan {
  /// How many elements have all bits of the exponent, several in a 64-bit word at a time.
  ///
  /// Adding the exponent's lowest bit (`unit`) carries into the sign's place exactly then, and
  /// never into the next element, as the signs are masked out.
  fileprivate func countLanes(exponent: UInt64, unit: UInt64) -> Int {
    let sign = exponent &+ unit
    var (count, offset) = (0, 0)
    while offset + 8 <= byteCount {
      let word = load(at: offset, as: UInt64.self)
      let found = ((word & exponent) &+ unit) & sign
      if found != 0 { count += found.nonzeroBitCount }
      offset += 8
    }
    var word: UInt64 = 0
    for index in stride(from: byteCount - 1, through: offset, by: -1) {
      word = word << 8 | UInt64(load(at: index, as: UInt8.self))
    }
    return count + (((word & exponent) &+ unit) & sign).nonzeroBitCount
  }

  @inline(__always)
  fileprivate func forEach<Stored: BitwiseCopyable>(
    _ type: Stored.Type, _ body: (Stored) -> Void
  ) {
    let stride = MemoryLayout<Stored>.stride
    for offset in Swift.stride(from: 0, to: byteCount, by: stride) {
      body(load(at: offset, as: type))
    }
  }
}
