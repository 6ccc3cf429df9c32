import TestSupport
import Testing

@testable import EdgeData

/// Colors against OpenCV's, see Tests/Goldens/README.md.
@Suite struct PhotometricDistortionTests {
  struct Goldens: Decodable {
    let hsv: String
    let cases: [Case]
  }

  struct Case: Decodable {
    let contrast, brightness, saturation, late: Double?
    let hue: Int?
    let channels: [Int]?
    let pixels: String
  }

  private static func goldens() throws -> Goldens {
    try augmentationGoldens("photometric", as: Goldens.self)
  }

  private func bytes(_ hex: String) throws -> [UInt8] {
    let digits = Array(hex)
    return try stride(from: 0, to: digits.count, by: 2).map {
      try #require(UInt8(String(digits[$0...$0 + 1]), radix: 16))
    }
  }

  @Test func colorsAreThoseOfOpenCV() throws {
    let expected = try bytes(Self.goldens().hsv)
    let pixels = picture("noise").pixels
    for start in stride(from: 0, to: pixels.count, by: 3) {
      let color = HueColor(
        red: pixels[start], green: pixels[start + 1], blue: pixels[start + 2])
      #expect(
        [UInt8(color.hue), color.saturation, color.value] == Array(expected[start..<start + 3]))
    }
  }

  /// Where a value lies halfway between two bytes, the last bit of a float decides.
  @Test func changesAreThoseOfOpenCV() throws {
    let cases = try Self.goldens().cases
    #expect(cases.count == 9)
    for golden in cases {
      var distortion = ColorDistortion()
      distortion.contrast = golden.contrast
      distortion.brightness = golden.brightness
      distortion.saturation = golden.saturation
      distortion.hue = golden.hue
      distortion.lateContrast = golden.late
      distortion.channels = golden.channels ?? [0, 1, 2]
      let found = distortion(picture("noise")).pixels
      let expected = try bytes(golden.pixels)
      #expect(found.count == expected.count)
      let differences = zip(found, expected).map { abs(Int($0) - Int($1)) }
      #expect((differences.max() ?? 0) <= 1, "\(golden)")
      #expect(differences.count { $0 > 0 } <= 5, "\(golden)")
    }
  }

  /// Red turned back by a little is still a red.
  @Test func hueGoesAround() {
    var distortion = ColorDistortion()
    distortion.hue = -5
    let red = Image(width: 1, height: 1, pixels: [200, 0, 0])
    #expect(distortion(red).pixels == [200, 0, 33])
    distortion.hue = 180
    #expect(distortion(red) == red)
    distortion.hue = -365
    #expect(distortion(red).pixels == [200, 0, 33])
  }

  @Test func everyColorComesBack() {
    for value in stride(from: 0, through: 255, by: 15) {
      let gray = HueColor(red: UInt8(value), green: UInt8(value), blue: UInt8(value))
      #expect(gray.rgb == (UInt8(value), UInt8(value), UInt8(value)))
    }
    for pixel in stride(from: 0, to: 3 * 5000, by: 3) {
      let (red, green, blue) = (noise(pixel), noise(pixel + 1), noise(pixel + 2))
      let found = HueColor(red: red, green: green, blue: blue).rgb
      // A step of hue is a thirtieth of the range between two channels.
      let worst =
        [
          Int(found.0) - Int(red), Int(found.1) - Int(green), Int(found.2) - Int(blue),
        ].map { abs($0) }.max() ?? 0
      #expect(worst <= 6)
    }
  }

  @Test func drawsAreIndependentAndInRange() {
    let distortion = PhotometricDistortion()
    var random = stream()
    let drawn = (0..<800).map { _ in distortion.drawn(&random) }
    // 400 are expected, with a deviation of 14.
    for count in [
      drawn.count { $0.contrast != nil }, drawn.count { $0.brightness != nil },
      drawn.count { $0.saturation != nil }, drawn.count { $0.hue != nil },
    ] {
      #expect((330...470).contains(count))
    }
    #expect((130...270).contains(drawn.count { $0.lateContrast != nil }))
    #expect(!drawn.contains { $0.contrast != nil && $0.lateContrast != nil })
    #expect(Set(drawn.map(\.channels)).count == 6)
    #expect(Set(drawn.compactMap(\.hue)) == Set(-12...12))
    #expect(drawn.compactMap(\.brightness).allSatisfy { (-51...51).contains($0) })
    #expect(drawn.compactMap(\.contrast).allSatisfy { (0.5...1.5).contains($0) })
    var never = distortion
    never.probability = 0
    #expect(never(picture("noise"), random: &random) == picture("noise"))
  }
}
