import FoundationEssentials
import TestSupport
import Testing

@testable import EdgeData

/// Resizing against Pillow and evaluation against torchvision, to the last bit: both of Pillow's
/// filters, both orders of the passes, one pass only, single pixels, extreme ratios, padding.
@Suite struct ResizeTests {
  struct Goldens: Decodable {
    let resized: [Resized]
    let evaluated: [Evaluated]

    static func load() throws -> Goldens {
      let json = try Data(contentsOf: Repository.golden("images/resize.json"))
      return try JSONDecoder().decode(Goldens.self, from: json)
    }
  }

  struct Resized: Decodable, CustomTestStringConvertible {
    let filter: String
    let size: [Int]
    let sha256RGB: String
    let firstValues: [UInt8]

    enum CodingKeys: String, CodingKey {
      case filter, size
      case sha256RGB = "sha256_rgb"
      case firstValues = "first_values"
    }

    var testDescription: String { "\(size) \(filter)" }
  }

  struct Evaluated: Decodable, CustomTestStringConvertible {
    let resize, crop: Int
    let filter: String
    let sha256Float32: String

    enum CodingKeys: String, CodingKey {
      case resize, crop, filter
      case sha256Float32 = "sha256_float32"
    }

    var testDescription: String { "\(resize) \(crop) \(filter)" }
  }

  private func scene() throws -> Image {
    try Image(contentsOf: Repository.golden("images/rgb8.png").path)
  }

  @Test(arguments: try Goldens.load().resized)
  func agreesWithPillow(golden: Resized) throws {
    let filter = try #require(ResizeFilter(rawValue: golden.filter))
    let image = try scene().resized(
      width: golden.size[0], height: golden.size[1], filter: filter)
    #expect(Array(image.pixels.prefix(12)) == golden.firstValues)
    #expect(sha256(image.pixels) == golden.sha256RGB)
  }

  @Test(arguments: try Goldens.load().evaluated)
  func evaluationAgreesWithTorchvision(golden: Evaluated) throws {
    let filter = try #require(ResizeFilter(rawValue: golden.filter))
    let transform = EvaluationTransform(
      resize: golden.resize, crop: golden.crop, filter: filter)
    let values = transform(try scene())
    let bytes = values.flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32($0))) }
    }
    #expect(sha256(bytes) == golden.sha256Float32)
  }

  @Test func writingInPlaceGivesTheSame() throws {
    let transform = EvaluationTransform(resize: 9, crop: 8)
    var output = [Float](repeating: .nan, count: transform.count)
    var span = output.mutableSpan
    transform(try scene(), into: &span)
    #expect(output == transform(try scene()))
  }

  /// Both sides get the network's, whatever the picture's shape.
  @Test func stretchedPicturesAreWhole() throws {
    let transform = EvaluationTransform(resize: 12, crop: 8, filter: .bilinear, fit: .stretch)
    let expected = try scene().resized(width: 8, height: 8, filter: .bilinear)
    #expect(transform.cropped(try scene()) == expected)
    let normal = EvaluationTransform(resize: 8, crop: 8, filter: .bilinear)
    #expect(transform(try scene()) == normal(expected))
    #expect(normal(try scene()) != normal(expected))
  }

  /// A window is the same part of the whole, whichever pass comes first.
  @Test(arguments: [(30, 20), (15, 4), (9, 12), (21, 40), (60, 13)])
  func windowIsPartOfTheWhole(width: Int, height: Int) throws {
    let scene = try scene()
    let window = PixelWindow(x: width / 3, y: height / 4, width: width / 2, height: height / 2)
    for filter in ResizeFilter.allCases {
      let whole = scene.resized(width: width, height: height, filter: filter)
      let part = scene.resized(width: width, height: height, filter: filter, window: window)
      #expect(
        part
          == whole.cropped(
            x: window.x, y: window.y, width: window.width, height: window.height))
    }
  }

  @Test func sameSizeIsACopy() throws {
    let scene = try scene()
    #expect(scene.resized(width: 21, height: 13, filter: .bicubic) == scene)
    #expect(scene.resized(shortSide: 13, filter: .bilinear) == scene)
  }

  /// The whole of it resized would be 292 by 29,200,000 pixels.
  @Test func extremeRatioIsCheap() {
    let thread = Image(
      width: 1, height: 100_000, pixels: [UInt8](repeating: 200, count: 300_000))
    let transform = EvaluationTransform(
      resize: 292, crop: 256, mean: [0, 0, 0], std: [1, 1, 1])
    #expect(transform(thread) == [Float](repeating: 200.0 / 255, count: transform.count))
  }

  @Test func croppingBeyondTheEdgesIsBlack() {
    let white = Image(width: 2, height: 1, pixels: [UInt8](repeating: 255, count: 6))
    #expect(
      white.cropped(x: 1, y: 0, width: 2, height: 2).pixels
        == [255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    #expect(white.cropped(x: 5, y: 5, width: 1, height: 1).pixels == [0, 0, 0])
    #expect(white.cropped(x: -1, y: 0, width: 1, height: 1).pixels == [0, 0, 0])
  }

  /// Halves to even as Python's `round`, and the smaller half of the padding in front.
  @Test(arguments: [(5, 4, 0), (7, 4, 2), (9, 4, 2), (11, 4, 4), (8, 4, 2), (3, 4, 0), (2, 5, -1)])
  func centerIsWhereTorchvisionHasIt(extent: Int, size: Int, origin: Int) {
    let window = PixelWindow.center(of: size, width: extent, height: extent)
    #expect(window == PixelWindow(x: origin, y: origin, width: size, height: size))
  }

  @Test(arguments: [(5, 4, 0), (7, 4, 1), (9, 4, 2), (11, 4, 3), (8, 4, 2), (2, 5, -1)])
  func centerIsWhereCVNetsHasIt(extent: Int, size: Int, origin: Int) {
    let window = PixelWindow.center(of: size, width: extent, height: extent, cutsHalves: true)
    #expect(window == PixelWindow(x: origin, y: origin, width: size, height: size))
  }
}
