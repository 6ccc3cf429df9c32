/// Deflate (RFC 1951) that shortens runs of equal bytes only: enough for class numbers, and far
/// quicker than a search for repetitions.
struct RunDeflate {
  private var bytes: [UInt8]
  private var bits: UInt32 = 0
  private var bitCount: UInt32 = 0

  /// A zlib stream (RFC 1950) of the bytes.
  static func zlib(_ content: [UInt8]) -> [UInt8] {
    var stream = RunDeflate(bytes: [0x78, 0x01])
    stream.write(1, bits: 1)  // the last block
    stream.write(1, bits: 2)  // of fixed codes
    stream.write(runs: content)
    stream.write(symbol: 256)
    stream.flush()
    return stream.bytes + checksum(content)
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// Each run as one byte, and copies of what is one byte back.
  private mutating func write(runs content: [UInt8]) {
    var start = 0
    while start < content.count {
      let byte = content[start]
      var end = start + 1
      while end < content.count && content[end] == byte { end += 1 }
      write(symbol: Int(byte))
      var rest = end - start - 1
      while rest >= 3 {
        let length = min(rest, 258)
        write(length: length)
        rest -= length
      }
      for _ in 0..<rest { write(symbol: Int(byte)) }
      start = end
    }
  }

  /// The least length of each symbol from 257 on, and how many bits say how much more it is.
  private static let lengths: [(base: Int, extra: UInt32)] = {
    let extras: [UInt32] = [0, 0, 0, 0, 0, 0, 0, 0] + (1...5).flatMap { [$0, $0, $0, $0] }
    var base = 3
    var lengths: [(base: Int, extra: UInt32)] = []
    for extra in extras {
      lengths.append((base, extra))
      base += 1 << Int(extra)
    }
    return lengths + [(258, 0)]
  }()

  /// A copy of 3 to 258 bytes from one byte back.
  private mutating func write(length: Int) {
    let index = Self.lengths.lastIndex { $0.base <= length } ?? 0
    let (base, extra) = Self.lengths[index]
    write(symbol: 257 + index)
    write(UInt32(length - base), bits: extra)
    write(0, bits: 5)  // the distance 1
  }

  /// A fixed code (RFC 1951, 3.2.6), its highest bit first.
  private mutating func write(symbol: Int) {
    let (code, count): (Int, UInt32) =
      switch symbol {
      case 0..<144: (0x30 + symbol, 8)
      case 144..<256: (0x190 + symbol - 144, 9)
      case 256..<280: (symbol - 256, 7)
      default: (0xC0 + symbol - 280, 8)
      }
    for shift in stride(from: Int(count) - 1, through: 0, by: -1) {
      write(UInt32(code >> shift & 1), bits: 1)
    }
  }

  private mutating func write(_ value: UInt32, bits count: UInt32) {
    bits |= value << bitCount
    bitCount += count
    while bitCount >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: bits))
      bits >>= 8
      bitCount -= 8
    }
  }

  private mutating func flush() {
    if bitCount > 0 { bytes.append(UInt8(truncatingIfNeeded: bits)) }
    (bits, bitCount) = (0, 0)
  }

  /// Adler-32, the highest byte first.
  private static func checksum(_ content: [UInt8]) -> [UInt8] {
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in content {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    let sum = b << 16 | a
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) }
  }
}
