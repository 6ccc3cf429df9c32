import EdgeGraph
import OrderedCollections
import Testing

@testable import EdgeFormats

@Suite struct SafetensorsTests {
  private static let header =
    #"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]},"#
    + #""b\u00e9":{"dtype":"I16","shape":[2,1],"data_offsets":[0,4]}}"#
  private static let data = [1, 0, 0xFF, 0xFF] + ([0.5, -2] as [Float]).littleEndianBytes

  private func file(_ header: String, _ data: [UInt8] = data) throws -> CheckpointFile {
    try withTemporaryFile(CheckpointWriter.safetensors(header, data)) {
      try CheckpointFile(contentsOf: $0)
    }
  }

  @Test func reads() throws {
    let file = try file(Self.header)
    #expect(file.format == .safetensors)
    #expect(file.metadata == ["format": "pt"])
    #expect(file.root["a"]?.tensor?.floats() == [0.5, -2])
    #expect(file.root["bé"]?.tensor?.doubles() == [1, -1])
    #expect(file.root["bé"]?.tensor?.shape == [2, 1])
  }

  @Test(arguments: [
    ("[4,12]", "[0,8]"), ("[4,12]", "[8,16]"), ("[4,12]", "[4,11]"), ("[4,12]", "[12,4]"),
    ("[4,12]", "[-4,4]"), ("[4,12]", "[4,9223372036854775807]"), ("[4,12]", "[4]"),
    ("[4,12]", "4"), ("[2]", "[3]"), ("[2]", "[-2]"), ("[2]", "[9223372036854775807,2]"),
    ("F32", "F16"), ("F32", "F8_E4M3"), ("\"a\"", "\"b\\u00e9\""), ("\"pt\"", "1"),
    ("{\"format\":\"pt\"}", "[]"), ("}}", "}"), ("}}", "}}x"), (":[2],", ":[2] "), ("F32\"", "F32"),
    ("\\u00e9", "\\ud800"), ("[2]", "[2.5]"),
  ])
  func refuses(part: String, replacement: String) throws {
    let header = Self.header.replacing(part, with: replacement, maxReplacements: 1)
    #expect(header != Self.header)
    #expect(throws: FormatError.self) { try file(header) }
  }

  @Test func refusesOtherLengths() throws {
    #expect(throws: FormatError.self) { try file(Self.header, Self.data + [0]) }
    #expect(throws: FormatError.self) { try file(Self.header, Self.data.dropLast()) }
    #expect(throws: FormatError.self) {
      try file(String(repeating: "[", count: 100_000), [])
    }
    #expect(throws: FormatError.self) {
      try file("{" + String(repeating: "\"a\":[", count: 100_000), [])
    }
  }

  @Test func writesWhatItReads() throws {
    let tensors: OrderedDictionary = [
      "half": TensorData([1, 2, 3], shape: [3]).converted(to: .float16),
      "flags": TensorData(shape: [3], dtype: .bool, storage: ArrayStorage<UInt8>([1, 0, 1])),
      "q\"\\\n\u{1}é": TensorData([1, -1], shape: [1, 2]),
      "count": TensorData(shape: [], dtype: .int64, storage: ArrayStorage<Int64>([-9])),
    ]
    var metadata = WeightsMetadata()
    metadata.classNames = ["cat", "dog, \"big\""]
    try withTemporaryFile { path in
      try Safetensors.write(tensors, metadata: metadata, to: path)
      let file = try CheckpointFile(contentsOf: path)
      let checkpoint = try file.weights()
      #expect(checkpoint.tensors.keys == tensors.keys)
      for (name, tensor) in tensors {
        #expect(checkpoint.tensors[name]?.dtype == tensor.dtype)
        #expect(checkpoint.tensors[name]?.shape == tensor.shape)
        #expect(checkpoint.tensors[name]?.doubles() == tensor.doubles())
      }
      #expect(checkpoint.metadata == metadata)
      #expect(file.metadata["format"] == "pt")
      let header = try #require(
        ByteSlice(MappedBytes(contentsOf: path)).load(at: 0, as: Int64.self))
      #expect(header.isMultiple(of: 8))
    }
  }

  /// The mapping of a file that is written anew stays as it was.
  @Test func replacesAFileThatIsBeingRead() throws {
    try withTemporaryFile { path in
      let first: OrderedDictionary = ["a": TensorData([1], shape: [1])]
      try Safetensors.write(first, metadata: WeightsMetadata(), to: path)
      let old = try CheckpointFile(contentsOf: path)
      let second: OrderedDictionary = ["a": TensorData([2], shape: [1])]
      try Safetensors.write(second, metadata: WeightsMetadata(), to: path)
      #expect(old.root["a"]?.tensor?.floats() == [1])
      #expect(try CheckpointFile(contentsOf: path).root["a"]?.tensor?.floats() == [2])
    }
  }

  @Test func saysWhereItCannotWrite() {
    #expect(throws: FormatError.self) {
      try Safetensors.write([:], metadata: WeightsMetadata(), to: "/nowhere/at/all.safetensors")
    }
  }
}
