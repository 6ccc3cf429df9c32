import EdgeFormats
import EdgeGraph
import Testing

@Suite struct PyTorchArchiveTests {
  private static let values: [Float] = [1, 2, 3, 4, 5, 6]
  private static let storage = (key: "0", bytes: values.littleEndianBytes)
  private static let matrix = CheckpointWriter.tensor("0", [2, 3])

  private func read(_ bytes: [UInt8]) throws -> CheckpointValue {
    try withTemporaryFile(bytes) { path in
      let file = try CheckpointFile(contentsOf: path)
      #expect(file.format == .pytorch)
      return file.root
    }
  }

  /// The place and the kind of the error that reading `bytes` ends in.
  private func failure(_ bytes: [UInt8]) throws -> String {
    try withTemporaryFile(bytes) { path in
      do throws(FormatError) {
        _ = try CheckpointFile(contentsOf: path)
        return "none"
      } catch {
        #expect(error.description.hasPrefix(path + ": "))
        return switch error {
        case .malformed(_, let place, _, _): "malformed: \(place)"
        case .unsupported(_, let place, let feature, _): "unsupported: \(place): \(feature)"
        case .limit(_, let place, _, _): "limit: \(place)"
        case .duplicate(_, _, let name): "duplicate: \(name)"
        default: "other"
        }
      }
    }
  }

  @Test(arguments: [UInt8(2), 4, 5])
  func readsEveryProtocol(version: UInt8) throws {
    let root = try read(
      CheckpointWriter.zip(
        .dictionary([("w", Self.matrix)]), storages: [Self.storage], version: version))
    let tensor = try #require(root["w"]?.tensor)
    #expect(tensor.shape == [2, 3])
    #expect(tensor.dtype == .float32)
    #expect(tensor.floats() == Self.values)
  }

  @Test func readsDeflatedEntriesOfAnyFolder() throws {
    var entries = CheckpointWriter.entries(
      Self.matrix, storages: [Self.storage], folder: "my model")
    for index in entries.indices { entries[index].isDeflated = true }
    entries.append(ZipWriter.Entry(name: "my model/unknown", content: [1], method: 99))
    #expect(try read(ZipWriter(entries: entries).bytes).tensor?.floats() == Self.values)
  }

  @Test func readsZip64() throws {
    let entries = CheckpointWriter.entries(Self.matrix, storages: [Self.storage])
    let bytes = ZipWriter(entries: entries, isZip64: true).bytes
    #expect(try read(bytes).tensor?.floats() == Self.values)
  }

  @Test func swapsBigEndianNumbers() throws {
    let swapped = Self.values.flatMap { Array($0.bitPattern.littleEndianBytes.reversed()) }
    var entries = CheckpointWriter.entries(Self.matrix, storages: [("0", swapped)])
    entries.append(ZipWriter.Entry(name: "archive/byteorder", content: Array("big".utf8)))
    #expect(try read(ZipWriter(entries: entries).bytes).tensor?.floats() == Self.values)
    entries[entries.count - 1].content = Array("middle".utf8)
    #expect(
      try failure(ZipWriter(entries: entries).bytes) == "malformed: entry 'archive/byteorder'")
  }

  /// Views of one storage: transposed, a column, repeated, a scalar, empty.
  @Test(
    arguments: [
      (0, [3, 2], [1, 3], [1, 4, 2, 5, 3, 6]),
      (1, [2, 1], [3, 1], [2, 5]),
      (5, [2, 2], [0, 0], [6, 6, 6, 6]),
      (3, [], [], [4]),
      (0, [0, 3], [3, 1], []),
      (2, [1, 4], [99, 1], [3, 4, 5, 6]),
      (1, [2, 1], [2, Int.max], [2, 4]),
      (1, [1, 2], [Int.max, 2], [2, 4]),
    ] as [(Int, [Int], [Int], [Float])])
  func readsViews(offset: Int, shape: [Int], strides: [Int], values: [Float]) throws {
    let entry = PickleWriter.TensorEntry(count: 6, offset: offset, shape: shape, strides: strides)
    let tensor = try #require(
      try read(CheckpointWriter.zip(.tensor(entry), storages: [Self.storage])).tensor)
    #expect(tensor.shape.dimensions == shape)
    #expect(tensor.floats() == values)
  }

  @Test(arguments: [
    (0, [7], [1]), (6, [1], [1]), (0, [2, 2], [5, 1]), (Int.max, [1], [1]),
    (0, [0, Int.max, Int.max], [1, Int.max, 1]),
    (0, [Int.max], [1]), (0, [2], [Int.max]), (0, [Int.max, Int.max], [0, 0]),
    (0, Array(repeating: 1, count: 65), Array(repeating: 1, count: 65)), (0, [2, 2], [1]),
    (0, [1 << 36], [0]),
  ])
  func refusesViewsThatLeaveTheStorage(offset: Int, shape: [Int], strides: [Int]) throws {
    let entry = PickleWriter.TensorEntry(count: 6, offset: offset, shape: shape, strides: strides)
    let bytes = CheckpointWriter.zip(
      .dictionary([("w", .tensor(entry))]), storages: [Self.storage])
    #expect(try failure(bytes) != "none")
  }

  @Test func refusesDamagedDirectories() throws {
    let entries = CheckpointWriter.entries(Self.matrix, storages: [Self.storage])
    var changed = entries
    changed.append(entries[1])
    #expect(try failure(ZipWriter(entries: changed).bytes) == "duplicate: archive/data/0")
    changed = entries
    changed[1].flags = 1
    #expect(
      try failure(ZipWriter(entries: changed).bytes)
        == "unsupported: entry 'archive/data/0': encryption")
    changed = entries
    changed[1].statedCompressedCount = 1 << 20
    #expect(
      try failure(ZipWriter(entries: changed).bytes) == "malformed: entry 'archive/data/0'")
    changed = entries
    changed[1].statedOffset = 0
    #expect(try failure(ZipWriter(entries: changed).bytes).hasPrefix("malformed: entry"))
    changed = entries
    changed[1].method = 12
    #expect(
      try failure(ZipWriter(entries: changed).bytes)
        == "unsupported: entry 'archive/data/0': compression method 12")
    changed = [entries[0]]
    #expect(
      try failure(ZipWriter(entries: changed).bytes) == "malformed: folder 'archive/data/'")
    changed = entries
    changed[1].content.removeLast()
    #expect(
      try failure(ZipWriter(entries: changed).bytes) == "malformed: entry 'archive/data/0'")
  }

  /// What an entry claims to inflate to is held against its length and against the file's.
  @Test(arguments: [5, 23, 25, 1 << 33])
  func refusesDeflatedEntriesOfAnotherSize(stated: Int) throws {
    var entries = CheckpointWriter.entries(Self.matrix, storages: [Self.storage])
    entries[1].isDeflated = true
    entries[1].statedByteCount = stated
    #expect(
      try failure(ZipWriter(entries: entries).bytes) == "malformed: entry 'archive/data/0'")
  }

  @Test func boundsRearrangedTensors() throws {
    let entry = PickleWriter.TensorEntry(count: 6, shape: [1 << 14, 1 << 14], strides: [0, 0])
    let bytes = CheckpointWriter.zip(
      .dictionary([("w", .tensor(entry))]), storages: [Self.storage])
    #expect(try failure(bytes) == "limit: tensor 'w'")
  }

  @Test func refusesTorchScript() throws {
    var entries = CheckpointWriter.entries(Self.matrix, storages: [Self.storage])
    entries.append(ZipWriter.Entry(name: "archive/constants.pkl", content: [0x80, 2, 0x2E]))
    #expect(
      try failure(ZipWriter(entries: entries).bytes)
        == "unsupported: entry 'archive/constants.pkl': TorchScript")
  }
}
