import EdgeFormats
import FoundationEssentials
import TestSupport
import Testing

@testable import EdgeTraining

@Suite struct EventFileTests {
  /// Byte for byte what TensorBoard's own classes write; Goldens/training/make.py made it.
  @Test func writesWhatTensorBoardWrites() throws {
    let folder = try TemporaryFolder()
    let file = try EventFile(folder: folder.path, host: "my host/1", time: 1_700_000_000.25)
    #expect(file.path == folder("events.out.tfevents.1700000000.my_host_1"))
    try file.writeStart(step: 300, time: 1_700_000_001.5)
    try file.write([("loss/train", 2.5), ("opt/lr", 0.006)], step: 312, time: 1_700_000_002)
    try file.write(
      "samples", png: [1, 2, 255], height: 2, width: 200, step: 1 << 40, time: 1_700_000_003)
    let golden = try Data(contentsOf: Repository.golden("training/events.tfevents"))
    #expect(try Data(contentsOf: URL(filePath: file.path)) == golden)
  }

  /// Check values of the two polynomials (RFC 3720, appendix B.4; the usual "123456789").
  @Test func checksums() {
    let digits = Array("123456789".utf8)
    #expect(CRC32.castagnoli.checksum(digits) == 0xE306_9283)
    #expect(CRC32.zip.checksum(digits) == 0xCBF4_3926)
    #expect(CRC32.castagnoli.checksum(Array(repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32.castagnoli.checksum((0..<32).map { UInt8($0) }) == 0x46DD_794E)
    #expect(CRC32.zip.checksum([]) == 0)
  }

  @Test func needsAFolder() {
    #expect(throws: FormatError.self) { try EventFile(folder: "/nowhere/at/all") }
  }
}
