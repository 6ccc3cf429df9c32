/// The operations that push numbers, text and bytes, and those of the memo.
extension PickleMachine {
  /// Executes `opcode` if it is one of this group.
  mutating func executeScalar(_ opcode: PickleOpcode) throws(FormatError) -> Bool {
    switch opcode {
    case .none: push(.null)
    case .newTrue: push(.bool(true))
    case .newFalse: push(.bool(false))
    case .binInt: push(.integer(Int64(try read(Int32.self))))
    case .binInt1: push(.integer(Int64(try read(UInt8.self))))
    case .binInt2: push(.integer(Int64(try read(UInt16.self))))
    case .long1: push(integer(try readBytes(try read(UInt8.self))))
    case .long4: push(integer(try readBytes(try read(Int32.self))))
    case .int, .long: push(try decimal(try readLine()))
    case .float: push(try decimalFloat(try readLine()))
    case .binFloat: push(.float(Double(bitPattern: try read(UInt64.self).byteSwapped)))
    case .shortBinUnicode: push(.string(try readText(try read(UInt8.self))))
    case .binUnicode: push(.string(try readText(try read(UInt32.self))))
    case .binUnicode8: push(.string(try readText(try read(UInt64.self))))
    case .unicode: push(.string(try readLine()))
    case .string: push(.string(Self.unquoted(try readLine())))
    case .shortBinString: push(.string(try readText(try read(UInt8.self))))
    case .binString: push(.string(try readText(try read(Int32.self))))
    case .shortBinBytes: push(.bytes(try readBytes(try read(UInt8.self))))
    case .binBytes: push(.bytes(try readBytes(try read(UInt32.self))))
    case .binBytes8, .byteArray8: push(.bytes(try readBytes(try read(UInt64.self))))
    default: return false
    }
    return true
  }

  /// Executes `opcode` if it belongs to the memo, or to the stream itself.
  mutating func executeMemo(_ opcode: PickleOpcode) throws(FormatError) -> Bool {
    switch opcode {
    case .get: try recall(try memoIndex(try readLine()))
    case .binGet: try recall(Int(try read(UInt8.self)))
    case .longBinGet: try recall(Int(try read(UInt32.self)))
    case .put: try remember(try memoIndex(try readLine()))
    case .binPut: try remember(Int(try read(UInt8.self)))
    case .longBinPut: try remember(Int(try read(UInt32.self)))
    case .memoize: try memoize()
    case .frame: _ = try read(UInt64.self)
    case .protocolVersion:
      let version = try read(UInt8.self)
      guard version <= 5 else { throw malformed("pickle protocol 0 to 5", found: "\(version)") }
    default: return false
    }
    return true
  }

  /// A two's complement, little-endian integer.
  private func integer(_ bytes: [UInt8]) -> PickleValue {
    guard bytes.count <= 8 else { return .wide(bytes) }
    var bits: UInt64 = (bytes.last ?? 0) & 0x80 == 0 ? 0 : .max
    for byte in bytes.reversed() { bits = bits << 8 | UInt64(byte) }
    return .integer(Int64(bitPattern: bits))
  }

  /// Protocol 0 writes booleans as `01` and `00`, and long integers with an `L` behind them.
  private func decimal(_ line: String) throws(FormatError) -> PickleValue {
    if line == "01" { return .bool(true) }
    if line == "00" { return .bool(false) }
    let digits = line.hasSuffix("L") ? String(line.dropLast()) : line
    guard let value = Int64(digits) else {
      throw malformed("an integer of at most 64 bits", found: "other text")
    }
    return .integer(value)
  }

  private func decimalFloat(_ line: String) throws(FormatError) -> PickleValue {
    guard let value = Double(line) else { throw malformed("a number", found: "other text") }
    return .float(value)
  }

  private func memoIndex(_ line: String) throws(FormatError) -> Int {
    guard let index = Int(line), index >= 0 else {
      throw malformed("a memo's number", found: "other text")
    }
    return index
  }

  /// Protocol 0 writes strings with their quotes. Escapes stay as they are.
  private static func unquoted(_ line: String) -> String {
    guard line.count >= 2, let quote = line.first, quote == line.last, quote == "'" || quote == "\""
    else { return line }
    return String(line.dropFirst().dropLast())
  }
}
