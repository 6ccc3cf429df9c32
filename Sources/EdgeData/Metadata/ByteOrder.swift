/// The order of an integer's bytes in a file.
enum ByteOrder {
  case bigEndian, littleEndian
}

extension ArraySlice<UInt8> {
  /// The unsigned integer of `size` bytes at an offset from the start, nil where it isn't all
  /// inside.
  func integer(at offset: Int, size: Int, _ order: ByteOrder) -> Int? {
    guard offset >= 0, offset <= count - size else { return nil }
    let field = self[startIndex + offset..<startIndex + offset + size]
    switch order {
    case .bigEndian: return field.reduce(0) { $0 << 8 | Int($1) }
    case .littleEndian: return field.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
  }

  /// The bytes from an offset, nil where they aren't all inside.
  func part(at offset: Int, count size: Int) -> ArraySlice<UInt8>? {
    guard offset >= 0, size >= 0, offset <= count, size <= count - offset else { return nil }
    return self[startIndex + offset..<startIndex + offset + size]
  }
}
