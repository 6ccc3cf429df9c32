/// Where a checkpoint keeps the bytes of its storages.
protocol StorageTable {
  /// Whether numbers are big-endian.
  var isBigEndian: Bool { get }

  /// The bytes of a whole storage, at least as many as its element count says.
  mutating func bytes(
    of storage: PickleStorage, _ budget: inout MemoryBudget
  ) throws(FormatError) -> ByteSlice
}
