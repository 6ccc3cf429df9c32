import FoundationEssentials
import TestSupport
import Testing

@testable import EdgeData

/// Operations on pixels against Pillow, torchvision and PyTorch.
@Suite struct OperationGoldenTests {
  struct Goldens: Decodable {
    let pixels: [Pixels]
    let blurs: [Blur]
    let bicubic: [Bicubic]
    let drafts: [Draft]
  }

  struct Pixels: Decodable {
    let picture, operation: String
    let argument: Double?
    let filter: String?
    let sha256: String
    let first: [UInt8]
  }

  struct Blur: Decodable {
    let picture: String
    let sigma: Double
    let hex: String
  }

  struct Bicubic: Decodable {
    let picture: String
    let size: [Int]
    let values: [Float]
  }

  struct Draft: Decodable {
    let file: String
    let eighths: Int
    let size: [Int]
    let sha256: String
  }

  let goldens: Goldens

  init() throws { goldens = try augmentationGoldens("operations", as: Goldens.self) }

  @Test func pixelsAgreeWithPillow() throws {
    #expect(goldens.pixels.count == 500)
    for golden in goldens.pixels {
      let image = picture(golden.picture)
      let result = try #require(
        golden.filter == nil ? tone(golden, image) : geometry(golden, image),
        "no operation \(golden.operation)")
      #expect(result.pixels.starts(with: golden.first), "\(golden)")
      #expect(sha256(result.pixels).hasPrefix(golden.sha256), "\(golden)")
    }
  }

  private func tone(_ golden: Pixels, _ image: Image) -> Image? {
    let value = golden.argument ?? 0
    return switch golden.operation {
    case "autoContrast": image.autoContrasted()
    case "equalize": image.equalized()
    case "invert": image.inverted()
    case "grayscale": image.grayscale()
    case "flip": image.flippedHorizontally()
    case "posterize": image.posterized(bits: Int(value))
    case "solarize": image.solarized(threshold: Int(value))
    case "solarizeAdd": image.solarized(adding: Int(value))
    case "brightness": image.brightness(times: value)
    case "contrast": image.contrast(times: value)
    case "saturation": image.saturation(times: value)
    case "sharpness": image.sharpness(times: value)
    case "hue": image.hue(turnedBy: value)
    case "boxBlur": image.boxGaussianBlurred(radius: value)
    default: nil
    }
  }

  private func geometry(_ golden: Pixels, _ image: Image) -> Image? {
    guard let filter = golden.filter.flatMap(AffineFilter.init), let value = golden.argument else {
      return nil
    }
    let maps = [
      AffineMap(0.7, 0, 1.3, 0, 1.21, -2.5), AffineMap(0.8, 0.31, -1.7, -0.27, 1.1, 3.2),
    ]
    let map: AffineMap? =
      switch golden.operation {
      case "rotate": .rotation(degrees: value, width: image.width, height: image.height)
      case "shearX": .shear(x: value)
      case "shearY": .shear(y: value)
      case "translateX": .translation(x: value * Double(image.width))
      case "translateY": .translation(y: value * Double(image.height))
      case "affine": maps[Int(value)]
      default: nil
      }
    return map.map {
      image.transformed(by: $0, filter: filter, fill: SIMD3(124, 116, 104))
    }
  }

  @Test func blackWhereNoBitsAreKept() {
    #expect(picture("noise").posterized(bits: 0).pixels.allSatisfy { $0 == 0 })
  }

  /// Sums that come near a half may be rounded either way: 1 of a thousand bytes, and by 1.
  @Test func blurAgreesWithTorchvision() {
    for golden in goldens.blurs {
      let blurred = picture(golden.picture)
        .gaussianBlurred(columns: 5, rows: 9, sigma: golden.sigma)
      let digits = Array(golden.hex)
      let expected = stride(from: 0, to: digits.count, by: 2).map {
        Int(String(digits[$0...$0 + 1]), radix: 16) ?? -1
      }
      #expect(expected.count == blurred.pixels.count)
      let errors = zip(blurred.pixels, expected).map { abs(Int($0) - $1) }
      #expect((errors.max() ?? 255) <= 1)
      #expect(errors.count { $0 > 0 } * 1000 <= errors.count, "\(golden.picture) \(golden.sigma)")
    }
  }

  /// Pictures smaller than the window, which torchvision refuses, are mirrored more than once.
  @Test func blurOfTinyPictures() {
    let plain = Image(width: 1, height: 2, pixels: [9, 80, 255, 9, 80, 255])
    #expect(plain.gaussianBlurred(columns: 5, rows: 9, sigma: 2) == plain)
  }

  /// PyTorch's order of summing isn't fixed; values to 255 in float32 keep 4 decimals.
  @Test func floatBicubicAgreesWithPyTorch() {
    for golden in goldens.bicubic {
      let values = picture(golden.picture)
        .floatBicubic(width: golden.size[0], height: golden.size[1])
      #expect(values.count == golden.values.count)
      let worst = zip(values, golden.values).map { abs($0 - $1) }.max()
      #expect((worst ?? 1) < 1e-3, "\(golden.size)")
    }
  }

  @Test func reducedDecodingAgreesWithPillow() throws {
    for golden in goldens.drafts {
      let image = try reduced(golden.file, golden.eighths)
      #expect([image.width, image.height] == golden.size)
      #expect(sha256(image.pixels).hasPrefix(golden.sha256), "\(golden)")
    }
  }

  private func reduced(_ file: String, _ eighths: Int) throws -> Image {
    let source = try jpeg(file)
    let (width, height) = try source.jpegSize()
    return try source.decodedJPEG(
      width: width, height: height, eighths: eighths,
      part: PixelWindow(
        x: 0, y: 0, width: (width * eighths + 7) / 8, height: (height * eighths + 7) / 8))
  }

  /// A part is the same as in the whole, whatever the sampling, the colors and the order of scans.
  @Test(arguments: [
    "baseline_420.jpg", "baseline_422.jpg", "baseline_444.jpg", "cmyk.jpg", "ycck.jpg",
    "grey.jpg", "progressive.jpg", "restarts.jpg", "rgb.jpg", "../../../Examples/rocket.jpg",
  ])
  func partIsAsInTheWhole(file: String) throws {
    let source = try jpeg(file)
    let (width, height) = try source.jpegSize()
    var random = stream(file)
    for eighths in [1, 2, 4, 8] {
      let whole = try reduced(file, eighths)
      for _ in 0..<12 {
        let x = random.integer(below: whole.width)
        let y = random.integer(below: whole.height)
        let part = PixelWindow(
          x: x, y: y, width: 1 + random.integer(below: whole.width - x),
          height: 1 + random.integer(below: whole.height - y))
        let found = try source.decodedJPEG(
          width: width, height: height, eighths: eighths, part: part)
        #expect(
          found == whole.cropped(x: x, y: y, width: part.width, height: part.height),
          "\(eighths)/8 \(part)")
      }
    }
  }

  @Test func partOutsideIsRefused() throws {
    let source = try jpeg("grey.jpg")
    #expect(
      throws: ImageError.corrupt(
        file: "grey.jpg", format: "JPEG", reason: "the part lies outside the picture")
    ) {
      try source.decodedJPEG(
        width: 21, height: 13, eighths: 4, part: PixelWindow(x: 5, y: 0, width: 7, height: 7))
    }
  }

  private func jpeg(_ file: String) throws -> EncodedImage {
    let path = Repository.golden("images").appending(path: file).path
    return EncodedImage(
      bytes: try fileBytes(path), name: file, format: .jpeg,
      pixelLimit: Image.defaultPixelLimit)
  }
}
