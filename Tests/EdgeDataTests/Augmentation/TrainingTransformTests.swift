import EdgeGraph
import FoundationEssentials
import TestSupport
import Testing

@testable import EdgeData

@Suite struct TrainingTransformTests {
  private func example(
    _ transform: TrainingTransform, _ content: SampleContent, height: Int = 48, width: Int = 64,
    step: Int = 0
  ) throws -> [Float] {
    var random = stream("example", step: step)
    var output = [Float](repeating: .nan, count: 3 * height * width)
    var span = output.mutableSpan
    try transform(content, height: height, width: width, random: &random, into: &span)
    return output
  }

  /// Without anything random but the crop.
  private var plain: TrainingTransform {
    var transform = TrainingTransform()
    transform.flipProbability = 0
    transform.policy = nil
    transform.colorJitter = .none
    transform.reducesDecoding = false
    return transform
  }

  private func photo() throws -> (encoded: SampleContent, image: Image) {
    let bytes = try fileBytes(examplePath("rocket.jpg"))
    return (.encoded(bytes), try Image(bytes: bytes, name: "rocket.jpg"))
  }

  @Test func dependsOnTheStreamOnly() throws {
    let photo = try photo()
    let transform = TrainingTransform()
    let first = try example(transform, photo.encoded)
    #expect(try example(transform, photo.encoded) == first)
    #expect(try example(transform, photo.encoded, step: 1) != first)
    #expect(first.allSatisfy { $0.isFinite && abs($0) < 3 })
  }

  /// Cutting first and decoding only that changes nothing.
  @Test func encodedIsAsDecoded() throws {
    let photo = try photo()
    for step in 0..<6 {
      #expect(
        try example(plain, photo.encoded, step: step)
          == example(plain, .decoded(photo.image), step: step))
    }
  }

  /// Turned JPEGs too.
  @Test(arguments: 1...8)
  func orientationIsKept(value: Int) throws {
    let path = Repository.golden("images/orientation\(value).jpg").path
    let bytes = try fileBytes(path)
    for orientation in [Image.Orientation.exif, .stored] {
      var transform = plain
      transform.orientation = orientation
      let image = try Image(bytes: bytes, name: path, orientation: orientation)
      #expect(
        try example(transform, .encoded(bytes), height: 9, width: 40)
          == example(transform, .decoded(image), height: 9, width: 40))
    }
  }

  /// At a fraction of the work, the values are nearly those of the whole.
  @Test func reducedDecodingIsClose() throws {
    let photo = try photo()
    var reduced = plain
    reduced.reducesDecoding = true
    for step in 0..<6 {
      let exact = try example(plain, photo.encoded, step: step)
      let found = try example(reduced, photo.encoded, step: step)
      let sum = zip(exact, found).reduce(0) { $0 + abs($1.0 - $1.1) }
      // In standard deviations of ImageNet's values; a shift by a pixel gives 0.1 and more.
      #expect(sum / Float(exact.count) < 0.06)
      #expect(exact != found)
    }
  }

  @Test func cropIsPillowsCropAndResize() throws {
    let image = picture("soft")
    var random = stream("example")
    let window = RandomCrop(area: 0.08...1, ratio: 3.0 / 4...4.0 / 3)
      .window(width: image.width, height: image.height, random: &random)
    var expected = image.cropped(
      x: window.x, y: window.y, width: window.width, height: window.height)
    expected = expected.resized(width: 64, height: 48, filter: .bicubic)
    let normal = EvaluationTransform(resize: 1, crop: 1)
    let values = try example(plain, .decoded(image))
    for (index, byte) in expected.pixels.enumerated() {
      let channel = index % 3
      #expect(values[index] == (Float(byte) / 255 - normal.mean[channel]) / normal.std[channel])
    }
  }

  @Test func openCVResizesAPart() throws {
    var transform = plain
    transform.padding = 2
    transform.interpolation = .openCVBilinear
    let image = picture("noise")
    var random = stream("example")
    let window = RandomCrop.padded(by: 2, width: 24, height: 17, random: &random)
    let part = image.cropped(x: window.x, y: window.y, width: 24, height: 17)
    random = stream("example")
    let found = try transform.image(.decoded(image), height: 12, width: 16, random: &random)
    #expect(found == part.resized(width: 16, height: 12, filter: .openCVBilinear))
  }

  @Test func channelsMayBeReversed() throws {
    var reversed = plain
    reversed.channelOrder = .bgr
    let values = try example(plain, .decoded(picture("noise")))
    let found = try example(reversed, .decoded(picture("noise")))
    for start in stride(from: 0, to: values.count, by: 3) {
      #expect(found[start] == values[start + 2] && found[start + 1] == values[start + 1])
    }
  }

  @Test func tinyOutputsArePadded() throws {
    let white = Image(width: 8, height: 8, pixels: [UInt8](repeating: 255, count: 192))
    var transform = plain
    transform.mean = [0, 0, 0]
    transform.std = [1, 1, 1]
    var shares: Set<Int> = []
    for step in 0..<60 {
      let values = try example(transform, .decoded(white), height: 8, width: 8, step: step)
      #expect(values.allSatisfy { $0 == 0 || $0 == 1 })
      shares.insert(values.count { $0 == 1 })
    }
    // Products of sides from 4 to 8.
    #expect(shares.isSubset(of: Set((4...8).flatMap { a in (4...8).map { 3 * a * $0 } })))
    #expect(shares.count > 5 && shares.min() == 48)
    transform.padding = 0
    let whole = try example(transform, .decoded(white), height: 8, width: 8)
    #expect(whole.allSatisfy { $0 == 1 })
  }

  @Test func flipIsInHalfOfTheCases() throws {
    var transform = plain
    transform.padding = 0
    transform.flipProbability = 0.5
    transform.area = 1...1
    transform.ratio = 24.0 / 17...24.0 / 17
    let image = picture("noise")
    var flips = 0
    for step in 0..<200 {
      var random = stream("flip", step: step)
      let found = try transform.image(
        .decoded(image), height: 17, width: 24, random: &random)
      if found == image.flippedHorizontally() { flips += 1 } else { #expect(found == image) }
    }
    // 100 are expected, with a deviation of 7.
    #expect((70...130).contains(flips))
  }

  @Test func floatBicubicKeepsFractions() throws {
    var transform = plain
    transform.padding = 2
    transform.interpolation = .floatBicubic
    transform.mean = [0, 0, 0]
    transform.std = [1, 1, 1]
    let image = picture("noise")
    var random = stream("example")
    let window = RandomCrop.padded(by: 2, width: 24, height: 17, random: &random)
    let part = image.cropped(x: window.x, y: window.y, width: 24, height: 17)
    let values = try example(transform, .decoded(image))
    #expect(values == part.floatBicubic(width: 64, height: 48).map { $0 / 255 })
    random = stream("example")
    let shown = try transform.image(.decoded(image), height: 48, width: 64, random: &random)
    #expect(shown.pixels == values.map { UInt8(($0 * 255).rounded()) })
  }

  @Test func threeAugmentChoosesEvenly() {
    var random = stream()
    let drawn = (0..<900).map { _ in ThreeAugment.drawn(&random) }
    for kind in ThreeAugment.allCases {
      // 300 are expected, with a deviation of 14.
      #expect((240...360).contains(drawn.count { $0 == kind }))
    }
    let image = picture("noise")
    #expect(ThreeAugment.grayscale(image, random: &random) == image.grayscale())
    let solarized = (0..<100).count { _ in
      ThreeAugment.solarize(image, random: &random) == image.solarized(threshold: 192)
    }
    #expect((30...70).contains(solarized))
    #expect(ThreeAugment.blur(image, random: &random) != image)
  }

  /// Each of the 24 orders, factors within their ranges: of one grey pixel, only brightness and
  /// contrast with its rounded mean change anything.
  @Test func jitterStaysInRange() {
    let jitter = ColorJitter(brightness: 0.4, contrast: 0, saturation: 0)
    let pixel = Image(width: 1, height: 1, pixels: [100, 100, 100])
    var random = stream()
    let found = (0..<500).map { _ in jitter(pixel, random: &random).pixels[0] }
    #expect(found.min() == 60 && found.max() == 139)
    #expect(ColorJitter.none(picture("noise"), random: &random) == picture("noise"))
    let hue = ColorJitter(brightness: 0, contrast: 0, saturation: 0, hue: 0.3)
    let hues = Set((0..<300).map { _ in hue(picture("plain"), random: &random).pixels })
    #expect(hues.count > 100)
  }

  /// Parts of damaged JPEGs end in an error that names them, or in values; never in a trap.
  @Test(arguments: ["baseline_420.jpg", "progressive.jpg", "restarts.jpg", "ycck.jpg", "grey.jpg"])
  func damageNeverTraps(file: String) throws {
    let original = try fileBytes(Repository.golden("images/\(file)").path)
    var rng = SplitMix64(seed: 99)
    for round in 0..<200 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...6, using: &rng) {
        bytes[Int.random(in: 2..<bytes.count, using: &rng)] = UInt8.random(in: 0...255, using: &rng)
      }
      if round % 4 == 0 { bytes.removeLast(Int.random(in: 1..<bytes.count - 2, using: &rng)) }
      do {
        // At an output of 3, parts are taken at each of the reductions; of 40, at full size.
        var transform = TrainingTransform()
        transform.padding = 0
        let side = round % 2 == 0 ? 3 : 40
        var random = stream(file, step: round)
        let image = try transform.image(
          .encoded(bytes), height: side, width: side, random: &random, name: file)
        #expect(image.width == side && image.height == side)
      } catch ImageError.tooLarge {
        // A mutated header.
      } catch {
        #expect("\(error)".hasPrefix(file))
      }
    }
  }

  @Test func errorsNameThePicture() {
    var random = stream()
    var output = [Float](repeating: 0, count: 3)
    var span = output.mutableSpan
    #expect(throws: ImageError.unsupportedFormat(file: "cats/7.gif", found: "GIF")) {
      try TrainingTransform()(
        .encoded(Array("GIF89a".utf8)), height: 1, width: 1, random: &random, into: &span,
        name: "cats/7.gif")
    }
  }
}
