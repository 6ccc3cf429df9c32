import EdgeFormats

/// Writes the wire format of protocol buffers, field by field, in any order.
///
/// Format: https://protobuf.dev/programming-guides/encoding
struct ProtocolBuffer {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ field: Int, _ value: Int) {
    addKey(field, wireType: 0)
    addVarint(UInt64(bitPattern: Int64(value)))
  }

  mutating func add(_ field: Int, _ value: Double) {
    addKey(field, wireType: 1)
    addLittleEndian(value.bitPattern)
  }

  mutating func add(_ field: Int, _ value: Float) {
    addKey(field, wireType: 5)
    addLittleEndian(value.bitPattern)
  }

  mutating func add(_ field: Int, _ value: String) { add(field, Array(value.utf8)) }

  mutating func add(_ field: Int, _ value: ProtocolBuffer) { add(field, value.bytes) }

  mutating func add(_ field: Int, _ value: [UInt8]) {
    addKey(field, wireType: 2)
    addVarint(UInt64(value.count))
    bytes += value
  }

  private mutating func addKey(_ field: Int, wireType: Int) {
    addVarint(UInt64(field << 3 | wireType))
  }

  private mutating func addVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func addLittleEndian(_ value: some FixedWidthInteger) {
    bytes += value.littleEndianBytes
  }
}
