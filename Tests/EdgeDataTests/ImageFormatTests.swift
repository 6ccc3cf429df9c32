import EdgeData
import FoundationEssentials
import TestSupport
import Testing

/// Small files of every kind against what Pillow decodes them to, to the last bit. Debian's codecs
/// (libjpeg-turbo 2.1, libwebp 1.2) and those in Pillow 13 (3.2 and 1.6) agree on all of them.
@Suite struct ImageFormatTests {
  struct Goldens: Decodable {
    let cases: [Case]
  }

  struct Case: Decodable, CustomTestStringConvertible {
    let file: String
    let stored: Summary
    /// After EXIF transposition, where that changes anything.
    let upright: Summary?

    var testDescription: String { file }
    var path: String { Repository.golden("images").appending(path: file).path }
  }

  struct Summary: Decodable {
    let size: [Int]
    let sha256RGB: String
    let firstValues: [UInt8]

    enum CodingKeys: String, CodingKey {
      case size
      case sha256RGB = "sha256_rgb"
      case firstValues = "first_values"
    }
  }

  static func cases() throws -> [Case] {
    let json = try Data(contentsOf: Repository.golden("images/images.json"))
    return try JSONDecoder().decode(Goldens.self, from: json).cases
  }

  @Test(arguments: try cases())
  func agreesWithPillow(golden: Case) throws {
    expectEqual(try Image(contentsOf: golden.path, orientation: .stored), golden.stored)
    expectEqual(try Image(contentsOf: golden.path), golden.upright ?? golden.stored)
  }

  private func expectEqual(_ image: Image, _ expected: Summary) {
    #expect([image.width, image.height] == expected.size)
    #expect(Array(image.pixels.prefix(12)) == expected.firstValues)
    #expect(sha256(image.pixels) == expected.sha256RGB)
  }

  @Test func formatIsFoundByContent() throws {
    let bytes = try fileBytes(examplePath("rocket.jpg"))
    #expect(try Image(bytes: bytes, name: "rocket.png").width == 640)
  }

  @Test(arguments: [
    ("GIF89a", "GIF"), ("BM12345678", "BMP"), ("II*\0", "TIFF"), ("\0\0\0\u{18}ftypavif", "AVIF"),
    ("", "empty"), ("hello, world", nil),
  ])
  func otherFormatsAreNamed(content: String, found: String?) {
    #expect(throws: ImageError.unsupportedFormat(file: "x", found: found)) {
      try Image(bytes: Array(content.utf8), name: "x")
    }
  }
}

func fileBytes(_ path: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: URL(filePath: path)))
}
