import FoundationEssentials
import TestSupport
import Testing

@testable import EdgeData

/// What OpenCV's bilinear resize and cvnets' evaluation make of pictures, to the last bit.
@Suite struct OpenCVGoldenTests {
  struct Goldens: Decodable {
    let evaluated: [Evaluated]
    let resized: [Resized]

    static func load() throws -> Goldens {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      let json = try Data(contentsOf: Repository.golden("preprocess/opencv.json"))
      return try decoder.decode(Goldens.self, from: json)
    }
  }

  struct Evaluated: Decodable, CustomTestStringConvertible {
    let photo: String
    let resize, crop: Int
    let resized, origin: [Int]
    let firstValues: [UInt8]
    let sha256Rgb, sha256Float32: String
    var testDescription: String { "\(photo) \(resize) \(crop)" }
  }

  struct Resized: Decodable, CustomTestStringConvertible {
    let size: [Int]
    let firstValues: [UInt8]
    let sha256Rgb: String
    var testDescription: String { "\(size)" }
  }

  @Test(arguments: try Goldens.load().evaluated)
  func evaluatesAsCVNets(golden: Evaluated) throws {
    let photo = try Image(contentsOf: examplePath(golden.photo))
    let resized = photo.resized(shortSide: golden.resize, filter: .openCVBilinear)
    #expect([resized.width, resized.height] == golden.resized)
    let part = resized.cropped(
      x: golden.origin[0], y: golden.origin[1], width: golden.crop, height: golden.crop)
    #expect(Array(part.pixels.prefix(12)) == golden.firstValues)
    #expect(sha256(part.pixels) == golden.sha256Rgb)
    let transform = EvaluationTransform(
      resize: golden.resize, crop: golden.crop, filter: .openCVBilinear, mean: [0, 0, 0],
      std: [1, 1, 1], channelOrder: .bgr)
    #expect(transform.cropped(photo) == part)
    let bytes = transform(photo).flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32($0))) }
    }
    #expect(sha256(bytes) == golden.sha256Float32)
  }

  /// Larger, smaller, by halves, one side only, single pixels.
  @Test(arguments: try Goldens.load().resized)
  func resizesAsOpenCV(golden: Resized) throws {
    let scene = try Image(contentsOf: Repository.golden("images/rgb8.png").path)
    let image = scene.resized(
      width: golden.size[0], height: golden.size[1], filter: .openCVBilinear)
    #expect(Array(image.pixels.prefix(12)) == golden.firstValues)
    #expect(sha256(image.pixels) == golden.sha256Rgb)
  }
}
