import FoundationEssentials
import TestSupport
import Testing

@testable import EdgeData

@Suite struct DatasetScanTests {
  @Test func soundPicturesHaveNoDefect() throws {
    for golden in try ImageFormatTests.cases() {
      #expect(encodedDefect(try fileBytes(golden.path), name: golden.file) == nil)
    }
    for name in ["rocket.jpg", "chelsea.png", "coffee.png"] {
      #expect(encodedDefect(try fileBytes(examplePath(name)), name: name) == nil)
    }
  }

  @Test(arguments: ["rgb.jpg", "progressive.jpg", "rgb8.png", "lossy.webp", "exif.webp"])
  func missingEndsAreFound(name: String) throws {
    let bytes = try goldenImage(name)
    for part in 1..<20 {
      let cut = Array(bytes.prefix(bytes.count * part / 20))
      #expect(encodedDefect(cut, name: name) != nil, "\(cut.count) of \(bytes.count) bytes")
    }
  }

  /// A header with a thumbnail has an end mark of its own; what cameras append has none.
  @Test func onlyTheEndOfTheScanCounts() throws {
    let bytes = try goldenImage("rgb.jpg")
    let thumbnail: [UInt8] = [0xFF, 0xE1, 0, 8, 0xFF, 0xD8, 1, 1, 0xFF, 0xD9]
    let whole = bytes.prefix(2) + thumbnail + bytes.dropFirst(2)
    #expect(encodedDefect(Array(whole), name: "a") == nil)
    #expect(encodedDefect(Array(whole) + [0, 1, 2, 3], name: "a") == nil)
    #expect(
      encodedDefect(Array(whole.dropLast(2)), name: "a")
        == .truncated(file: "a", format: "JPEG", reason: "no end mark"))
  }

  @Test(arguments: [1, 3])
  func badPicturesAreListedAndSkipped(threads: Int) throws {
    let folder = try TemporaryFolder()
    var files = [
      "a/1.jpg": try goldenImage("rgb.jpg"), "a/2.jpg": [], "b/3.jpg": Array("<html>".utf8),
      "b/4.png": Array(tinyPNG().dropLast(30)), "b/5.png": tinyPNG(),
    ]
    for index in 100..<160 { files["c/\(index).png"] = tinyPNG() }
    try folder.tree(files)
    let dataset = try ImageFolder(folder.path)
    try FileManager.default.removeItem(atPath: folder("c/120.png"))
    var calls: [Int] = []
    let scan = DatasetScan(dataset, threads: threads) { done, total in
      #expect(total == 65)
      calls.append(done)
    }
    #expect(calls.last == 65 && calls == calls.sorted())
    #expect(scan.checked == 65)
    #expect(scan.unreadable.map(\.name) == ["a/2.jpg", "b/3.jpg", "b/4.png", "c/120.png"])
    #expect(scan.unreadable[0].reason.contains("empty"))
    #expect(scan.report.hasPrefix("4 of 65 pictures can't be read:\n  a/2.jpg"))
    let rest = scan.skippingBad(in: dataset)
    #expect(rest.count == 61 && rest.classNames == ["a", "b", "c"])
    #expect(Array(rest.names.prefix(3)) == ["a/1.jpg", "b/5.png", "c/100.png"])
    #expect(Array(rest.labels.prefix(3)) == [0, 1, 2])
    #expect(DatasetScan(rest).unreadable.isEmpty)
  }

  @Test func reportsAreShort() throws {
    let folder = try TemporaryFolder()
    try folder.tree(
      Dictionary(uniqueKeysWithValues: (100..<150).map { ("a/\($0).jpg", [UInt8($0)]) }))
    let lines = DatasetScan(try ImageFolder(folder.path)).report.split(separator: "\n")
    #expect(lines.count == 22)
    #expect(lines.last == "  and 30 more")
  }
}
