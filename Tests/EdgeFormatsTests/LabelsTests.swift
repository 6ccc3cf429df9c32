import EdgeFormats
import Testing

@Suite struct LabelsTests {
  @Test(arguments: [
    "cat\ndog", "cat\ndog\n", "cat\r\ndog\r\n", "\u{FEFF}cat\ndog\n\n", "cat\r\ndog",
  ])
  func readsOneNameALine(text: String) throws {
    try withTemporaryFile(Array(text.utf8)) {
      let labels = try Labels.read(contentsOf: $0)
      #expect(labels == ["cat", "dog"])
    }
  }

  @Test(arguments: [[], [0xFF, 0xFE], Array("cat\n\ndog".utf8), Array("\n".utf8), [0x61, 0]])
  func refuses(bytes: [UInt8]) throws {
    try withTemporaryFile(bytes) { path in
      #expect(throws: FormatError.self) { try Labels.read(contentsOf: path) }
    }
  }
}
