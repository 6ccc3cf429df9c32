import EdgeFormats
import EdgeGraph
import Testing

@Suite struct LegacyStreamTests {
  private static let root = PickleWriter.Value.dictionary([
    ("a", CheckpointWriter.tensor("11", [2], isLegacy: true)),
    ("b", CheckpointWriter.tensor("7", [1, 3], isLegacy: true)),
  ])
  private static let storages: [(key: String, count: Int, bytes: [UInt8])] = [
    ("7", 3, ([1, 2, 3] as [Float]).littleEndianBytes),
    ("11", 2, ([4, 5] as [Float]).littleEndianBytes),
  ]

  @Test func readsStoragesInTheOrderOfTheList() throws {
    try withTemporaryFile(CheckpointWriter.legacy(Self.root, storages: Self.storages)) { path in
      let file = try CheckpointFile(contentsOf: path)
      #expect(file.format == .pytorchLegacy)
      #expect(file.root["a"]?.tensor?.floats() == [4, 5])
      #expect(file.root["b"]?.tensor?.floats() == [1, 2, 3])
      #expect(file.root["b"]?.tensor?.shape == [1, 3])
    }
  }

  @Test func refusesWhateverIsCutOff() throws {
    let bytes = CheckpointWriter.legacy(Self.root, storages: Self.storages)
    for count in 1..<bytes.count {
      try withTemporaryFile(Array(bytes.prefix(count))) { path in
        #expect(throws: FormatError.self) { try CheckpointFile(contentsOf: path) }
      }
    }
  }

  @Test func refusesWrongCountsAndKeys() throws {
    for count in [-1, 1, 2, 4, Int.max] {
      var storages = Self.storages
      storages[0].count = count
      try expectFailure(storages)
    }
    try expectFailure([Self.storages[0]])
    try expectFailure([Self.storages[0], Self.storages[0]])
    try expectFailure(Self.storages + [("99", 0, [])])
  }

  private func expectFailure(_ storages: [(key: String, count: Int, bytes: [UInt8])]) throws {
    try withTemporaryFile(CheckpointWriter.legacy(Self.root, storages: storages)) { path in
      #expect(throws: FormatError.self) { try CheckpointFile(contentsOf: path) }
    }
  }

  @Test func saysWhatAPlainPickleIs() throws {
    try withTemporaryFile(PickleWriter.pickle(.list([]))) { path in
      #expect(
        throws: FormatError.unrecognized(
          path: path, resembles: "a pickle that torch.save did not write")
      ) { try CheckpointFile(contentsOf: path) }
    }
  }
}
