import EdgeGraph

/// A cyclic redundancy check of 32 bits, least significant bit first, eight bytes at a time.
package struct CRC32: Sendable {
  /// Of zip and PNG files.
  package static let zip = CRC32(polynomial: 0xEDB8_8320)
  /// CRC-32C, of TFRecord files (RFC 3720, section 12.1).
  package static let castagnoli = CRC32(polynomial: 0x82F6_3B78)

  /// What a byte becomes that is followed by 0 to 7 others: eight tables of 256.
  private let tables: [UInt32]

  /// - Parameter polynomial: without its highest power, bits reversed.
  private init(polynomial: UInt32) {
    var tables: [UInt32] = (0..<256).map { byte in
      (0..<8).reduce(UInt32(byte)) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ polynomial : rest >> 1 }
    }
    for index in 256..<8 * 256 {
      let before = tables[index - 256]
      tables.append(before >> 8 ^ tables[Int(before & 0xFF)])
    }
    self.tables = tables
  }

  package func checksum(_ bytes: [UInt8]) -> UInt32 {
    ArrayStorage(bytes).withBytes { checksum($0) }
  }

  package func checksum(_ bytes: RawSpan) -> UInt32 {
    var rest: UInt32 = 0xFFFF_FFFF
    let words = bytes.byteCount / 8
    for word in 0..<words {
      let low = UInt32(littleEndian: bytes.load(at: 8 * word, as: UInt32.self)) ^ rest
      let high = UInt32(littleEndian: bytes.load(at: 8 * word + 4, as: UInt32.self))
      rest = table(7, low) ^ table(6, low >> 8) ^ table(5, low >> 16) ^ table(4, low >> 24)
      rest ^= table(3, high) ^ table(2, high >> 8) ^ table(1, high >> 16) ^ table(0, high >> 24)
    }
    for offset in 8 * words..<bytes.byteCount {
      rest = table(0, rest ^ UInt32(bytes.load(at: offset, as: UInt8.self))) ^ rest >> 8
    }
    return ~rest
  }

  @inline(__always)
  private func table(_ number: Int, _ byte: UInt32) -> UInt32 {
    tables[number << 8 | Int(byte & 0xFF)]
  }
}
