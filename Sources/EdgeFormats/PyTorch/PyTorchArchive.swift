/// A checkpoint of `torch.save` since PyTorch 1.6: a zip file with one folder of any name that
/// holds the pickle `data.pkl` and a file for each storage under `data/`.
struct PyTorchArchive: StorageTable {
  let isBigEndian: Bool
  private let archive: ZipArchive
  private let folder: String
  private var inflated: [String: ByteSlice] = [:]

  private init(_ archive: ZipArchive, folder: String, isBigEndian: Bool) {
    self.archive = archive
    self.folder = folder
    self.isBigEndian = isBigEndian
  }

  static func read(_ file: ByteSlice) throws(FormatError) -> CheckpointValue {
    let path = file.bytes.path
    let archive = try ZipArchive(file)
    var budget = MemoryBudget(fileSize: file.byteCount)
    let pickle = try pickleEntry(archive)
    let folder = String(pickle.name.dropLast("data.pkl".count))
    guard archive.entries[folder + "constants.pkl"] == nil else {
      throw .unsupported(
        path: path, place: "entry '\(folder)constants.pkl'", feature: "TorchScript",
        advice: "save the model's state_dict() with torch.save")
    }
    let code = try archive.content(of: pickle, &budget)
    let order = try isBigEndian(archive, folder, &budget)
    var machine = PickleMachine(code, place: "entry '\(pickle.name)'")
    let root = try machine.run()
    let table = PyTorchArchive(archive, folder: folder, isBigEndian: order)
    let tensors = TensorReader(table: table, budget: budget, path: path)
    var tree = CheckpointTree(machine.heap, tensors: tensors, path: path)
    return try tree.value(root)
  }

  mutating func bytes(
    of storage: PickleStorage, _ budget: inout MemoryBudget
  ) throws(FormatError) -> ByteSlice {
    if let bytes = inflated[storage.key] { return try checked(bytes, storage) }
    guard let entry = archive.entries[folder + "data/" + storage.key] else {
      throw .malformed(
        path: archive.file.bytes.path, place: "folder '\(folder)data/'",
        expected: "storage '\(storage.key)'", found: "no such entry")
    }
    _ = try checked(entry.byteCount, storage)
    let bytes = try archive.content(of: entry, &budget)
    if entry.method != 0 { inflated[storage.key] = bytes }
    return bytes
  }

  private func checked(
    _ bytes: ByteSlice, _ storage: PickleStorage
  ) throws(FormatError) -> ByteSlice {
    _ = try checked(bytes.byteCount, storage)
    return bytes
  }

  private func checked(_ byteCount: Int, _ storage: PickleStorage) throws(FormatError) -> Int {
    let (needed, overflow) = storage.count.multipliedReportingOverflow(by: storage.type.byteSize)
    guard !overflow, needed <= byteCount else {
      throw .malformed(
        path: archive.file.bytes.path, place: "entry '\(folder)data/\(storage.key)'",
        expected: "\(storage.count) elements of \(storage.type.byteSize) bytes",
        found: "\(byteCount) bytes")
    }
    return byteCount
  }

  private static func pickleEntry(_ archive: ZipArchive) throws(FormatError) -> ZipArchive.Entry {
    let pickles = archive.entries.values
      .filter { $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl") }
      .sorted { ($0.name.utf8.count, $0.name) < ($1.name.utf8.count, $1.name) }
    guard let pickle = pickles.first else {
      throw .malformed(
        path: archive.file.bytes.path, place: "zip directory",
        expected: "an entry 'data.pkl' as torch.save writes it",
        found: "\(archive.entries.count) others")
    }
    return pickle
  }

  private static func isBigEndian(
    _ archive: ZipArchive, _ folder: String, _ budget: inout MemoryBudget
  ) throws(FormatError) -> Bool {
    guard let entry = archive.entries[folder + "byteorder"] else { return false }
    let content = try archive.content(of: entry, &budget)
    switch content.text(at: 0, count: min(content.byteCount, 16)) {
    case "little": return false
    case "big": return true
    case let text:
      throw .malformed(
        path: archive.file.bytes.path, place: "entry '\(entry.name)'",
        expected: "little or big", found: text ?? "nothing")
    }
  }
}
