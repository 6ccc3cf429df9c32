/// Whole checkpoints of small tensors.
enum CheckpointWriter {
  typealias Value = PickleWriter.Value

  /// A contiguous tensor over the whole of storage `key`.
  static func tensor(_ key: String, _ shape: [Int], isLegacy: Bool = false) -> Value {
    .tensor(
      PickleWriter.TensorEntry(
        key: key, count: shape.reduce(1, *), shape: shape, strides: rowMajor(shape),
        isLegacy: isLegacy))
  }

  static func rowMajor(_ shape: [Int]) -> [Int] {
    shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
  }

  /// The entries of the zip file that torch.save writes.
  static func entries(
    _ root: Value, storages: [(key: String, bytes: [UInt8])], folder: String = "archive",
    version: UInt8 = 2
  ) -> [ZipWriter.Entry] {
    let pickle = ZipWriter.Entry(
      name: "\(folder)/data.pkl", content: PickleWriter.pickle(root, version: version))
    return [pickle]
      + storages.map { ZipWriter.Entry(name: "\(folder)/data/\($0.key)", content: $0.bytes) }
      + [ZipWriter.Entry(name: "\(folder)/version", content: Array("3\n".utf8))]
  }

  static func zip(
    _ root: Value, storages: [(key: String, bytes: [UInt8])], version: UInt8 = 2
  ) -> [UInt8] {
    ZipWriter(entries: entries(root, storages: storages, version: version)).bytes
  }

  /// The stream that torch.save wrote before PyTorch 1.6.
  static func legacy(
    _ root: Value, storages: [(key: String, count: Int, bytes: [UInt8])]
  ) -> [UInt8] {
    let magic: [UInt8] = [
      0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
    ]
    let system = Value.dictionary([
      ("protocol_version", .integer(1001)), ("little_endian", .bool(true)),
    ])
    return magic + PickleWriter.pickle(.integer(1001)) + PickleWriter.pickle(system)
      + PickleWriter.pickle(root) + PickleWriter.pickle(.list(storages.map { .text($0.key) }))
      + storages.flatMap { $0.count.littleEndianBytes + $0.bytes }
  }

  static func safetensors(_ header: String, _ data: [UInt8]) -> [UInt8] {
    header.utf8.count.littleEndianBytes + Array(header.utf8) + data
  }
}
