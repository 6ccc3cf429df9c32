import EdgeData
import FoundationEssentials
import TestSupport
import Testing

/// What Pillow 13 and torchvision make of three photographs, to the last bit.
@Suite struct PreprocessGoldenTests {
  struct Goldens: Decodable {
    let cases: [Case]
  }

  struct Case: Decodable, CustomTestStringConvertible {
    let photo: String
    let sourceSize: [Int]
    let resizeShortSide: Int
    let resized: [Int]
    let crop: Int
    let cropOrigin: [Int]
    let interpolation: String
    let file: String?
    let sha256RGB: String
    let firstPixels: [[UInt8]]

    enum CodingKeys: String, CodingKey {
      case photo, resized, crop, interpolation, file
      case sourceSize = "source_size"
      case resizeShortSide = "resize_short_side"
      case cropOrigin = "crop_origin"
      case sha256RGB = "sha256_rgb"
      case firstPixels = "first_pixels"
    }

    var testDescription: String { "\(photo) \(resizeShortSide) \(crop) \(interpolation)" }
  }

  static func cases() throws -> [Case] {
    let json = try Data(contentsOf: Repository.golden("preprocess/preprocess.json"))
    return try JSONDecoder().decode(Goldens.self, from: json).cases
  }

  @Test(arguments: try cases())
  func agreesWithPillow(golden: Case) throws {
    let photo = try Image(contentsOf: examplePath(golden.photo))
    #expect([photo.width, photo.height] == golden.sourceSize)
    let filter = try #require(ResizeFilter(rawValue: golden.interpolation))
    let resized = photo.resized(shortSide: golden.resizeShortSide, filter: filter)
    #expect([resized.width, resized.height] == golden.resized)
    let cropped = resized.centerCropped(to: golden.crop)
    #expect(Array(cropped.pixels.prefix(12)) == golden.firstPixels.flatMap { $0 })
    #expect(sha256(cropped.pixels) == golden.sha256RGB)
    #expect(
      cropped
        == resized.cropped(
          x: golden.cropOrigin[0], y: golden.cropOrigin[1], width: golden.crop,
          height: golden.crop))
    if let file = golden.file {
      let path = Repository.golden("preprocess").appending(path: file).path
      #expect(try Image(contentsOf: path) == cropped)
    }
    let transform = EvaluationTransform(
      resize: golden.resizeShortSide, crop: golden.crop, filter: filter)
    #expect(transform.cropped(photo) == cropped)
  }
}

func examplePath(_ name: String) -> String {
  Repository.root.appending(path: "Examples").appending(path: name).path
}
