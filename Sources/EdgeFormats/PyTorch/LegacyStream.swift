/// A checkpoint of `torch.save` before PyTorch 1.6, or with `_use_new_zipfile_serialization=False`.
///
/// Five pickles in a row: the magic number, the protocol's version, facts about the machine, the
/// object, and the list of the storages' keys. Then each storage in that order: an 8-byte count of
/// elements and their bytes, little-endian on every machine.
struct LegacyStream: StorageTable {
  static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]

  let isBigEndian = false
  private let path: String
  private var storages: [String: ByteSlice] = [:]

  static func read(_ file: ByteSlice) throws(FormatError) -> CheckpointValue {
    let path = file.bytes.path
    var position = 0
    try checkHeader(file, &position)
    var machine = PickleMachine(file, at: position, place: "pickled object")
    let root = try machine.run()
    var keys = PickleMachine(file, at: machine.position, place: "list of storages")
    let list = try keys.run()
    guard let names = keys.heap.sequence(list)?.compactMap(\.storageKey) else {
      throw .malformed(
        path: path, place: "list of storages", expected: "a list", found: list.kind)
    }
    let table = try LegacyStream(file, at: keys.position, names, machine.heap.storages)
    let budget = MemoryBudget(fileSize: file.byteCount)
    let tensors = TensorReader(table: table, budget: budget, path: path)
    var tree = CheckpointTree(machine.heap, tensors: tensors, path: path)
    return try tree.value(root)
  }

  /// Walks the storages behind the pickles.
  private init(
    _ file: ByteSlice, at start: Int, _ names: [String], _ described: [PickleStorage]
  ) throws(FormatError) {
    path = file.bytes.path
    let sizes = Dictionary(described.map { ($0.key, $0.type.byteSize) }) { first, _ in first }
    var position = start
    for name in names {
      guard let size = sizes[name] else {
        throw .malformed(
          path: path, place: "list of storages", expected: "storages of the object's tensors",
          found: "'\(name)'")
      }
      guard let count = file.load(at: position, as: UInt64.self).flatMap(Int.init(exactly:)),
        count <= file.byteCount / size,
        let bytes = file.slice(at: position + 8, count: count * size)
      else {
        throw .malformed(
          path: path, place: "storage '\(name)'", expected: "its bytes within the file",
          found: "an end past byte \(file.byteCount)")
      }
      guard storages.updateValue(bytes, forKey: name) == nil else {
        throw .duplicate(path: path, place: "list of storages", name: name)
      }
      position += 8 + count * size
    }
  }

  func bytes(
    of storage: PickleStorage, _ budget: inout MemoryBudget
  ) throws(FormatError) -> ByteSlice {
    guard let bytes = storages[storage.key] else {
      throw .malformed(
        path: path, place: "list of storages", expected: "storage '\(storage.key)'",
        found: "no such storage")
    }
    let (needed, overflow) = storage.count.multipliedReportingOverflow(by: storage.type.byteSize)
    guard !overflow, needed <= bytes.byteCount else {
      throw .malformed(
        path: path, place: "storage '\(storage.key)'",
        expected: "\(storage.count) elements of \(storage.type.byteSize) bytes",
        found: "\(bytes.byteCount) bytes")
    }
    return bytes
  }

  private static func checkHeader(_ file: ByteSlice, _ position: inout Int) throws(FormatError) {
    let magic = try pickle(file, &position, "magic number")
    guard case .wide(Self.magic) = magic else {
      throw .unrecognized(
        path: file.bytes.path, resembles: "a pickle that torch.save did not write")
    }
    let version = try pickle(file, &position, "protocol version")
    guard case .integer(1001) = version else {
      throw .malformed(
        path: file.bytes.path, place: "protocol version", expected: "1001", found: version.kind)
    }
    _ = try pickle(file, &position, "system information")
  }

  private static func pickle(
    _ file: ByteSlice, _ position: inout Int, _ place: String
  ) throws(FormatError) -> PickleValue {
    var machine = PickleMachine(file, at: position, place: place)
    let value = try machine.run()
    position = machine.position
    return value
  }
}

extension PickleValue {
  fileprivate var storageKey: String? { text ?? size.map(String.init) }
}
