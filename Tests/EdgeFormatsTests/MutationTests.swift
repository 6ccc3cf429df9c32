import EdgeFormats
import EdgeGraph
import FoundationEssentials
import TestSupport
import Testing

/// Damaged files end in a typed error or in values, never in a trap.
///
/// `EDGEVISION_MUTANTS=20000` sets how many of each format are tried; the suite takes 500. Under
/// the address sanitizer (CONTRIBUTING.md has the command) a read outside a file's bytes fails, too.
@Suite struct MutationTests {
  private static let count =
    ProcessInfo.processInfo.environment["EDGEVISION_MUTANTS"].flatMap { Int($0) } ?? 500

  @Test(arguments: Sample.allCases)
  func endsInAnErrorOrInValues(sample: Sample) throws {
    let original = try sample.bytes
    #expect(original.count <= 64 << 10)
    var refused = 0
    for seed in 0..<Self.count {
      var mutant = Mutant(original, seed: UInt64(seed))
      mutant.mutate()
      try withTemporaryFile(mutant.bytes) { path in
        do throws(FormatError) {
          try Self.readEverything(path)
        } catch {
          #expect(error.description.hasPrefix(path))
          refused += 1
        }
      }
    }
    #expect(refused > Self.count / 20, "only \(refused) of \(Self.count) were refused")
  }

  /// All that a program does with a file.
  private static func readEverything(_ path: String) throws(FormatError) {
    let file = try CheckpointFile(contentsOf: path)
    visit(file.root)
    let checkpoint = try file.weights()
    _ = checkpoint.valueWarnings()
    _ = checkpoint.summary
    let source = checkpoint.source
    for name in source.names ?? [] { _ = source.shape(of: name) }
    for tensor in checkpoint.tensors.values where tensor.shape.count < 1 << 20 {
      _ = tensor.converted(to: .float16)
    }
  }

  private static func visit(_ value: CheckpointValue) {
    switch value {
    case .tensor(let tensor) where tensor.shape.count < 1 << 20: _ = TensorStatistics(tensor)
    case .list(let values): for value in values { visit(value) }
    case .dictionary(let items):
      for item in items {
        visit(item.key)
        visit(item.value)
      }
    default: break
    }
  }
}

/// A file of each format.
enum Sample: String, CaseIterable, Sendable {
  case zip, zipProtocol4, zipDeflated, zip64, zipBigEndian, legacy, safetensors
  /// Saved by PyTorch, with all that it writes beside weights.
  case pytorch, pytorchLegacy

  private static let root = PickleWriter.Value.dictionary([
    (
      "state_dict",
      .dictionary((0..<8).map { ("stages.\($0).weight", CheckpointWriter.tensor("0", [4, 16])) })
    ),
    (
      "view",
      .tensor(PickleWriter.TensorEntry(count: 64, offset: 1, shape: [3, 5], strides: [2, 9]))
    ),
    ("epoch", .integer(23)), ("classes", .list([.text("cat"), .text("dog")])),
  ])
  private static let storage = (0..<64).flatMap { Float($0).bitPattern.littleEndianBytes }

  var bytes: [UInt8] {
    get throws {
      var entries = CheckpointWriter.entries(
        Self.root, storages: [("0", Self.storage)], version: self == .zipProtocol4 ? 4 : 2)
      switch self {
      case .zip, .zipProtocol4: return ZipWriter(entries: entries).bytes
      case .zipDeflated:
        for index in entries.indices { entries[index].isDeflated = true }
        return ZipWriter(entries: entries).bytes
      case .zip64: return ZipWriter(entries: entries, isZip64: true).bytes
      case .zipBigEndian:
        entries.append(ZipWriter.Entry(name: "archive/byteorder", content: Array("big".utf8)))
        return ZipWriter(entries: entries).bytes
      case .legacy: return CheckpointWriter.legacy(Self.root, storages: [("0", 64, Self.storage)])
      case .safetensors: return Self.named
      case .pytorch: return try Self.golden("everything")
      case .pytorchLegacy: return try Self.golden("everything_legacy")
      }
    }
  }

  private static var named: [UInt8] {
    let entries = (0..<4).map { index in
      #""stages.\#(index).weight":{"dtype":"F32","shape":[4,4],"#
        + #""data_offsets":[\#(index * 64),\#(index * 64 + 64)]}"#
    }
    let metadata = #""__metadata__":{"format":"pt","size":"64","class_names":"[\"cat\"]"}"#
    return CheckpointWriter.safetensors(
      "{\(metadata),\(entries.joined(separator: ","))}", storage)
  }

  private static func golden(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: Repository.golden("checkpoints/\(name).pth")))
  }
}

/// A file with one to four kinds of damage.
struct Mutant {
  private(set) var bytes: [UInt8]
  private var random: SplitMix64

  init(_ bytes: [UInt8], seed: UInt64) {
    self.bytes = bytes
    random = SplitMix64(seed: seed)
  }

  mutating func mutate() {
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      switch Int.random(in: 0..<7, using: &random) {
      case 0: bytes[position()] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[position()] = UInt8.random(in: 0...255, using: &random)
      case 2: bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
      case 3: overwriteLength()
      case 4: bytes.removeSubrange(range())
      case 5: bytes.insert(contentsOf: Array(bytes[range()]), at: position())
      default: copyOver()
      }
    }
  }

  private mutating func position() -> Int { Int.random(in: bytes.indices, using: &random) }

  private mutating func range() -> Range<Int> {
    let start = position()
    return start..<min(bytes.count, start + Int.random(in: 1...64, using: &random))
  }

  /// Puts a number that is often wrong where a length may be.
  private mutating func overwriteLength() {
    let lengths: [UInt64] = [
      0, 1, 0x7F, 0xFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, .max, 1 << 63, 1 << 40,
    ]
    let length = lengths.randomElement(using: &random) ?? 0
    let size = [1, 2, 4, 8].randomElement(using: &random) ?? 4
    let start = position()
    for (index, byte) in zip(start..<bytes.count, length.littleEndianBytes.prefix(size)) {
      bytes[index] = byte
    }
  }

  private mutating func copyOver() {
    let source = Array(bytes[range()])
    let start = position()
    for (index, byte) in zip(start..<bytes.count, source) { bytes[index] = byte }
  }
}
