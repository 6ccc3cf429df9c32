import EdgeData
import TestSupport
import Testing

@Suite struct ImageTarTests {
  private func dataset(_ tar: TarBuilder, end: Bool = true) throws -> ImageTar {
    let folder = try TemporaryFolder()
    return try ImageTar(folder.file("set.tar", end ? tar.finished : tar.bytes))
  }

  @Test func everyKindOfNameIsRead() throws {
    let long = String(repeating: "l", count: 150)
    var tar = TarBuilder()
    tar.add("./", type: "5")
    tar.add("./cat/", type: "5")
    tar.add("./cat/b.png", tinyPNG([1, 0, 0]))
    tar.add("a.png", tinyPNG([2, 0, 0]), prefix: "cat/sub")
    tar.add("././@LongLink", Array("dog/\(long).png\0".utf8), type: "L", magic: "ustar  \0")
    tar.add("dog/cut short", tinyPNG([3, 0, 0]), magic: "ustar  \0")
    tar.add("pax", Array("25 path=eel/\u{e9}\u{e9}\u{e9}\u{e9}.png\n".utf8), type: "x")
    tar.add("other", tinyPNG([4, 0, 0]))
    tar.add("global", Array("12 path=bad\n".utf8), type: "g")
    tar.add("cat/notes.txt", Array("text".utf8))
    tar.add("cat/._b.png", [1])
    tar.add("cat/no_extension", tinyPNG([5, 0, 0]))
    tar.add("fox/", type: "5", size: Array("00000001000".utf8))
    let dataset = try dataset(tar)
    #expect(dataset.classNames == ["cat", "dog", "eel", "fox"])
    #expect(
      dataset.names == [
        "cat/b.png", "cat/no_extension", "cat/sub/a.png", "dog/\(long).png",
        "eel/\u{e9}\u{e9}\u{e9}\u{e9}.png",
      ])
    #expect(try dataset.colors().map { $0[0] } == [1, 5, 2, 3, 4])
  }

  @Test func oldHeadersAndBinarySizesAreRead() throws {
    var tar = TarBuilder()
    let picture = tinyPNG([9, 0, 0])
    let size: [UInt8] = [0x80] + [UInt8](repeating: 0, count: 10) + [UInt8(picture.count)]
    tar.add("cat/a.png", picture, type: "\0", magic: "", size: size)
    tar.add(
      "size", Array("\(9 + "\(picture.count)".count) size=\(picture.count)\n".utf8), type: "x")
    tar.add("cat/b.png", picture, size: Array("00000000000".utf8))
    #expect(try dataset(tar).colors() == [[9, 0, 0], [9, 0, 0]])
  }

  @Test func aFolderAroundEverythingIsPassedOver() throws {
    var tar = TarBuilder()
    tar.add("set/v1/cat/a.png", tinyPNG())
    tar.add("set/v1/dog/b.png", tinyPNG())
    #expect(try dataset(tar).names == ["cat/a.png", "dog/b.png"])
    var one = TarBuilder()
    one.add("cat/a.png", tinyPNG())
    #expect(try dataset(one).classNames == ["cat"])
  }

  @Test func theLaterOfEqualNamesCounts() throws {
    var tar = TarBuilder()
    tar.add("cat/a.png", tinyPNG([1, 0, 0]))
    tar.add("cat/a.png", tinyPNG([2, 0, 0]))
    #expect(try dataset(tar).colors() == [[2, 0, 0]])
  }

  @Test(arguments: [
    ([0x1F, 0x8B, 8], "gzip"), (Array("BZh9".utf8), "bzip2"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "xz"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd"),
  ])
  func compressedArchivesSayHowToUnpack(signature: [UInt8], format: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("set.tar", signature + [UInt8](repeating: 7, count: 600))
    #expect {
      try ImageTar(path)
    } throws: { error in
      guard case .compressed(path, format, let advice)? = error as? DatasetError else {
        return false
      }
      return advice.contains(path)
    }
  }

  @Test func otherFilesAreNamed() throws {
    let folder = try TemporaryFolder()
    let picture = try folder.file("a.tar", try goldenImage("rgb.jpg"))
    #expect(throws: DatasetError.unrecognized(path: picture, found: "a JPEG file")) {
      try ImageTar(picture)
    }
    let short = try folder.file("b.tar", [1, 2, 3])
    #expect(throws: DatasetError.unrecognized(path: short, found: "a file of 3 bytes")) {
      try ImageTar(short)
    }
  }

  @Test func linksAndSparsePicturesAreErrors() throws {
    for type in ["1", "2", "S"] {
      var tar = TarBuilder()
      tar.add("cat/a.png", tinyPNG())
      tar.add("cat/b.png", type: type)
      #expect(throws: DatasetError.self) { try dataset(tar) }
    }
    var tar = TarBuilder()
    tar.add("cat/a.png", tinyPNG())
    tar.add("cat/latest", type: "2")
    #expect(try dataset(tar).count == 1)
  }

  @Test func truncationIsAnError() throws {
    var tar = TarBuilder()
    tar.add("cat/a.png", try goldenImage("rgb.jpg"))
    tar.add("dog/b.png", tinyPNG())
    let folder = try TemporaryFolder()
    for count in stride(from: 0, to: tar.bytes.count, by: 97) {
      let path = try folder.file("set.tar", tar.bytes.prefix(count))
      #expect(throws: DatasetError.self, "\(count) bytes") { try ImageTar(path) }
    }
    #expect(throws: DatasetError.self) { try dataset(tar, end: false) }
  }

  /// Sizes that are negative, larger than the file or than any number, or no numbers at all.
  @Test(arguments: [
    [0xFF] + [UInt8](repeating: 0xFF, count: 11), [0x80] + [UInt8](repeating: 0xFF, count: 11),
    [0x80, 0, 0, 0, 0x7F] + [UInt8](repeating: 0xFF, count: 7), Array("77777777777".utf8),
    Array("-0000000001".utf8), Array("0000000000x".utf8), Array("99999999999".utf8),
  ])
  func hostileSizesAreErrors(size: [UInt8]) throws {
    for type in ["0", "L", "x", "g"] {
      var tar = TarBuilder()
      tar.add("cat/a.png", tinyPNG(), type: type, size: size)
      #expect {
        try dataset(tar)
      } throws: { error in
        if case .malformed? = error as? DatasetError { true } else { false }
      }
    }
  }

  @Test(arguments: [
    "9 path=x", "0 path=x\n", "99999999999999999999 path=x\n", "11 path\u{0}xxx\n", "path=x\n",
    "12 size=-12\n", "12 size=abc\n", "25 size=9999999999999999\n", "17 size=99999999\n",
  ])
  func hostilePaxHeadersAreErrors(records: String) throws {
    var tar = TarBuilder()
    tar.add("pax", Array(records.utf8), type: "x")
    tar.add("cat/a.png", tinyPNG())
    #expect(throws: DatasetError.self) { try dataset(tar) }
  }

  /// Headers that only announce others end with the file, one after the other.
  @Test func longNamesWithoutEndAreAnError() throws {
    var tar = TarBuilder()
    for _ in 0..<5000 { tar.add("././@LongLink", Array("././@LongLink\0".utf8), type: "L") }
    #expect(throws: DatasetError.self) { try dataset(tar) }
    tar.add("cat/a.png", tinyPNG())
    #expect {
      try dataset(tar)
    } throws: { error in
      // All names are of one entry, whose name is not below a class.
      if case .noClasses(_, let pictures)? = error as? DatasetError { pictures == 1 } else { false }
    }
  }

  @Test func mutationsNeverTrap() throws {
    var tar = TarBuilder()
    tar.add("pax", Array("19 path=cat/b.png\n".utf8) + [0x0A], type: "x")
    tar.add("x", tinyPNG())
    tar.add("././@LongLink", Array("dog/long.png\0".utf8), type: "L")
    tar.add("y", tinyPNG())
    let folder = try TemporaryFolder()
    var rng = SplitMix64(seed: 77)
    for _ in 0..<400 {
      var bytes = tar.finished
      for _ in 0..<3 {
        // In headers more often than in content.
        let block = Int.random(in: 0..<bytes.count / 512, using: &rng) * 512
        let place = block + Int.random(in: 0..<512, using: &rng)
        bytes[place] = .random(in: 0...255, using: &rng)
      }
      fixChecksums(&bytes)
      let path = try folder.file("set.tar", bytes)
      do throws(DatasetError) {
        let dataset = try ImageTar(path)
        for index in 0..<dataset.count { _ = try dataset.content(at: index) }
      } catch {
        #expect(!error.description.isEmpty)
      }
    }
  }

  /// So that damage gets past the checksum.
  private func fixChecksums(_ bytes: inout [UInt8]) {
    for start in stride(from: 0, to: bytes.count, by: 512) {
      let block = bytes[start..<start + 512]
      guard block[(start + 257)...].starts(with: "ustar".utf8) else { continue }
      bytes.replaceSubrange(start + 148..<start + 156, with: "        ".utf8)
      let sum = bytes[start..<start + 512].reduce(0) { $0 + Int($1) }
      bytes.replaceSubrange(start + 148..<start + 154, with: TarBuilder.octal(sum, digits: 6))
    }
  }
}
