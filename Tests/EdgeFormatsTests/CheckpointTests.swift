import EdgeGraph
import OrderedCollections
import Testing

@testable import EdgeFormats

@Suite struct CheckpointTests {
  typealias Value = PickleWriter.Value

  private func file(_ root: Value) throws -> CheckpointFile {
    let storage = ([1, 2] as [Float]).littleEndianBytes
    return try withTemporaryFile(CheckpointWriter.zip(root, storages: [("0", storage)])) {
      try CheckpointFile(contentsOf: $0)
    }
  }

  private static let tensor = CheckpointWriter.tensor("0", [2])

  private static func weights(_ names: String...) -> Value {
    .dictionary(names.map { ($0, tensor) })
  }

  @Test(arguments: [
    (["model", "state_dict", "model_ema"], "model_ema"),
    (["model", "state_dict", "state_dict_ema"], "state_dict_ema"),
    (["model", "state_dict"], "state_dict"), (["optimizer", "model"], "model"),
    (["model_state_dict", "optim_state_dict", "ema_state_dict"], "ema_state_dict"),
    (["optim_state_dict", "model_state_dict"], "model_state_dict"),
  ])
  func takesAveragedWeightsFirst(keys: [String], chosen: String) throws {
    let root = Value.dictionary(keys.map { ($0, Self.weights("head.weight")) })
    let checkpoint = try file(root).weights()
    #expect(checkpoint.key == chosen)
    #expect(checkpoint.metadata.sourceKey == chosen)
  }

  @Test func passesOverKeysWithoutWeights() throws {
    let root = Value.dictionary([
      ("model_ema", .null), ("state_dict", .text("none")), ("model", Self.weights("a")),
    ])
    #expect(try file(root).weights().key == "model")
    let top = try file(Self.weights("head.weight", "head.bias")).weights()
    #expect(top.key == nil)
    #expect(top.tensors.count == 2)
  }

  @Test func followsKeysWithDots() throws {
    let root = Value.dictionary([
      ("state", .dictionary([("best.model", Self.weights("a"))])), ("model", Self.weights("b")),
    ])
    let checkpoint = try file(root).weights(key: "state.best.model")
    #expect(checkpoint.tensors.keys == ["a"])
  }

  @Test func listsTheKeysThatHoldTensors() throws {
    let root = Value.dictionary([
      ("ema", .dictionary([("net", Self.weights("a"))])), ("teacher", Self.weights("b")),
      ("epoch", .integer(1)), ("list", .list([])),
    ])
    let file = try file(root)
    #expect(
      throws: FormatError.noSuchKey(
        path: file.path, key: "student", available: ["ema.net", "teacher"])
    ) { try file.weights(key: "student") }
    #expect(
      throws: FormatError.noWeights(
        path: file.path, root: "a dictionary", available: ["ema.net", "teacher"])
    ) { try file.weights() }
  }

  @Test func translatesAndKeepsEpsilons() throws {
    let root = Value.dictionary([
      (
        "state_dict",
        Self.weights(
          "backbone.stages.1.1.norm_csa.weight", "backbone.stages.1.1.csa.scale",
          "backbone.norm3.weight", "head.fc.weight")
      ),
      ("meta", .dictionary([("CLASSES", .tuple([.text("cat"), .text("dog")]))])),
    ])
    let file = try file(root)
    let checkpoint = try file.weights()
    let name = file.path.split(separator: "/").last ?? ""
    #expect(checkpoint.summary == "state_dict of \(name) (mmpretrain names, prefix 'backbone.')")
    #expect(
      checkpoint.tensors.keys == [
        "stages.1.1.norm_xca.weight", "stages.1.1.xca.temperature", "norm.weight", "head.weight",
      ])
    let epsilons = ["stages.1.1.norm_xca": 1e-5, "stages.1.1.norm": 1e-5, "norm": 1e-5]
    #expect(checkpoint.source.epsilonOverrides == epsilons)
    #expect(checkpoint.metadata.classNames == ["cat", "dog"])
    try withTemporaryFile { path in
      try Safetensors.write(checkpoint.tensors, metadata: checkpoint.metadata, to: path)
      let converted = try CheckpointFile(contentsOf: path).weights()
      #expect(converted.dialect == .official)
      #expect(converted.source.epsilonOverrides == epsilons)
      #expect(converted.metadata == checkpoint.metadata)
    }
  }

  @Test func refusesNamesThatBecomeOne() throws {
    let file = try file(Self.weights("backbone.head.weight", "head.weight"))
    #expect(
      throws: FormatError.duplicate(path: file.path, place: "top level", name: "head.weight")
    ) { try file.weights() }
  }

  @Test func warnsOfValuesThatAreNotFinite() throws {
    let values: [Float] = [1, .nan, -.infinity, 0, .greatestFiniteMagnitude]
    let bytes = values.littleEndianBytes
    let root = Value.dictionary([("a", CheckpointWriter.tensor("0", [5])), ("b", .text("x"))])
    try withTemporaryFile(CheckpointWriter.zip(root, storages: [("0", bytes)])) { path in
      let checkpoint = try CheckpointFile(contentsOf: path).weights()
      #expect(checkpoint.valueWarnings() == ["'a' holds 2 values that are NaN or infinite"])
      #expect(checkpoint.warnings == ["passed over 1 of 2 values that are no weights"])
    }
  }

  /// A checkpoint of 100,000 tensors is read in time linear in their number.
  @Test(.timeLimit(.minutes(1))) func readsAHundredThousandTensors() throws {
    let root = Value.dictionary((0..<100_000).map { ("layer.\($0).weight", Self.tensor) })
    #expect(try file(root).weights().tensors.count == 100_000)
  }

  @Test(
    arguments: [
      (Array("<!DOCTYPE html>".utf8), "a web page: the download went wrong"),
      ([], "an empty file"), ([0x1F, 0x8B, 8, 0], "a gzip file: unpack it first"),
      (Array("GGUF".utf8), "a GGUF file"), ([1, 2, 3], nil),
    ] as [([UInt8], String?)])
  func saysWhatOtherFilesLookLike(bytes: [UInt8], resembles: String?) throws {
    try withTemporaryFile(bytes) { path in
      #expect(throws: FormatError.unrecognized(path: path, resembles: resembles)) {
        try CheckpointFile(contentsOf: path)
      }
    }
  }

  @Test func printsNoControlCharacters() {
    let error = FormatError.duplicate(path: "a", place: "b", name: "\u{1B}[31mred\n")
    #expect(
      error.description == "a: b: '\u{FFFD}[31mred\u{FFFD}' is there twice; save the file again")
  }

  @Test func refusesTheOldestFormatByName() throws {
    let bytes = Array(repeating: UInt8(0x61), count: 257) + Array("ustar".utf8)
    try withTemporaryFile(bytes) { path in
      #expect {
        try CheckpointFile(contentsOf: path)
      } throws: { "\($0)".contains("tar format of PyTorch before 0.1.10") }
    }
    #expect(throws: FormatError.self) { try CheckpointFile(contentsOf: "/nowhere") }
    #expect(throws: FormatError.self) { try CheckpointFile(contentsOf: "/tmp") }
  }
}
