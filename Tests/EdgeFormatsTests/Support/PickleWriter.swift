/// Writes pickles as Python does, with or without what a test wants to be wrong.
struct PickleWriter {
  enum Value {
    case null
    case bool(Bool)
    case integer(Int)
    case float(Double)
    case text(String)
    case global(String, String)
    case tuple([Value])
    case list([Value])
    case dictionary([(String, Value)])
    /// A call that a reader must not make.
    case call(String, String, [Value])
    case tensor(TensorEntry)
    /// Operations as they are.
    case raw([UInt8])
  }

  /// A tensor as `_rebuild_tensor_v2` gets it.
  struct TensorEntry {
    var storageClass = "FloatStorage"
    var key = "0"
    var count: Int
    var offset = 0
    var shape: [Int]
    var strides: [Int]
    /// Whether the persistent id has a sixth item, as in the legacy stream.
    var isLegacy = false
  }

  private(set) var bytes: [UInt8]
  private let version: UInt8
  private var memoCount = 0

  /// The pickle of one value.
  static func pickle(_ value: Value, version: UInt8 = 2) -> [UInt8] {
    var writer = PickleWriter(version: version)
    writer.write(value)
    return writer.bytes + [UInt8(ascii: ".")]
  }

  private init(version: UInt8) {
    self.version = version
    bytes = [0x80, version]
  }

  private mutating func emit(_ opcode: Character) { bytes += Array(String(opcode).utf8) }

  private mutating func write(_ value: Value) {
    switch value {
    case .null: emit("N")
    case .bool(let value): bytes.append(value ? 0x88 : 0x89)
    case .integer(let value): write(value)
    case .float(let value):
      emit("G")
      bytes += value.bitPattern.littleEndianBytes.reversed()
    case .text(let text): write(text)
    case .global(let module, let name): writeGlobal(module, name)
    case .tuple(let items): writeMarked(items, "t")
    case .list(let items):
      emit("]")
      writeMarked(items, "e")
    case .dictionary(let items):
      emit("}")
      writeMarked(items.flatMap { [.text($0.0), $0.1] }, "u")
    case .call(let module, let name, let arguments):
      writeGlobal(module, name)
      writeMarked(arguments, "t")
      emit("R")
    case .tensor(let tensor): write(tensor)
    case .raw(let operations): bytes += operations
    }
  }

  private mutating func writeMarked(_ items: [Value], _ end: Character) {
    emit("(")
    for item in items { write(item) }
    emit(end)
  }

  private mutating func write(_ value: Int) {
    if let small = UInt8(exactly: value) {
      bytes += [UInt8(ascii: "K"), small]
    } else if let medium = Int32(exactly: value) {
      bytes += [UInt8(ascii: "J")] + medium.littleEndianBytes
    } else {
      bytes += [0x8A, 8] + value.littleEndianBytes
    }
  }

  private mutating func write(_ text: String) {
    let content = Array(text.utf8)
    if version >= 4, content.count < 256 {
      bytes += [0x8C, UInt8(content.count)] + content + [0x94]
    } else {
      bytes += [UInt8(ascii: "X")] + UInt32(content.count).littleEndianBytes + content
      bytes += [UInt8(ascii: "r")] + UInt32(memoCount).littleEndianBytes
    }
    memoCount += 1
  }

  private mutating func writeGlobal(_ module: String, _ name: String) {
    if version >= 4 {
      write(module)
      write(name)
      bytes.append(0x93)
    } else {
      bytes += Array("c\(module)\n\(name)\n".utf8)
    }
  }

  private mutating func write(_ tensor: TensorEntry) {
    writeGlobal("torch._utils", "_rebuild_tensor_v2")
    emit("(")
    let id: [Value] = [
      .text("storage"), .global("torch", tensor.storageClass), .text(tensor.key), .text("cpu"),
      .integer(tensor.count),
    ]
    writeMarked(id + (tensor.isLegacy ? [.null] : []), "t")
    emit("Q")
    write(tensor.offset)
    write(.tuple(tensor.shape.map { .integer($0) }))
    write(.tuple(tensor.strides.map { .integer($0) }))
    write(.bool(false))
    write(.call("collections", "OrderedDict", []))
    emit("t")
    emit("R")
  }
}
