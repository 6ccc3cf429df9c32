import TestSupport
import Testing

@testable import EdgeData

@Suite struct MetadataTests {
  /// An EXIF structure with one entry.
  private func exif(
    tag: UInt8 = 0x12, type: UInt8 = 3, count: UInt8 = 1, value: UInt8, big: Bool
  ) -> [UInt8] {
    big
      ? Array("MM\0*".utf8) + [0, 0, 0, 8, 0, 1, 1, tag, 0, type, 0, 0, 0, count, 0, value, 0, 0]
      : Array("II*\0".utf8) + [8, 0, 0, 0, 1, 0, tag, 1, type, 0, count, 0, 0, 0, value, 0, 0, 0]
  }

  @Test(arguments: [true, false])
  func bothByteOrdersAreRead(big: Bool) {
    let bytes = exif(value: 6, big: big)
    #expect(exifOrientation(bytes[...]) == 6)
    #expect(exifOrientation((Array("Exif\0\0".utf8) + bytes)[...]) == 6)
    #expect(exifOrientation(exif(tag: 0x13, value: 6, big: big)[...]) == nil)
    #expect(exifOrientation(exif(type: 2, value: 6, big: big)[...]) == nil)
    #expect(exifOrientation(exif(count: 2, value: 6, big: big)[...]) == nil)
  }

  @Test func damagedStructuresHaveNoOrientation() {
    let bytes = exif(value: 6, big: true)
    for end in 0..<bytes.count { #expect(exifOrientation(bytes[..<end]) == nil) }
    var far = bytes
    far.replaceSubrange(4..<8, with: [0xFF, 0xFF, 0xFF, 0xFF])
    #expect(exifOrientation(far[...]) == nil)
    var rng = SplitMix64(seed: 5)
    for _ in 0..<2000 {
      var mutant = bytes
      for _ in 0..<3 {
        mutant[Int.random(in: 0..<mutant.count, using: &rng)] = .random(in: 0...255, using: &rng)
      }
      _ = exifOrientation(mutant[...])
    }
  }

  @Test func orientationsOutsideTheListAreUpright() {
    for value: UInt8 in [0, 9, 255] {
      let metadata = ImageMetadata(exif: exif(value: value, big: true))
      #expect(metadata.orientation == .upright)
    }
  }

  @Test func exifComesBeforeXMP() {
    let xmp = Array("<a tiff:Orientation=\"3\">".utf8)
    #expect(ImageMetadata(xmp: xmp[...]).orientation == .upsideDown)
    let both = ImageMetadata(exif: exif(value: 6, big: false), xmp: xmp[...])
    #expect(both.orientation == .turnedLeft)
  }

  /// Larger than the squares that pixels are moved in.
  @Test func everyOrientationMovesEveryPixel() {
    let (width, height) = (70, 45)
    let image = Image(
      width: width, height: height,
      pixels: (0..<width * height).flatMap { [UInt8($0 % 251), UInt8($0 / 251), 7] })
    func pixel(_ image: Image, _ x: Int, _ y: Int) -> ArraySlice<UInt8> {
      image.pixels[3 * (y * image.width + x)..<3 * (y * image.width + x) + 3]
    }
    let (w, h) = (width - 1, height - 1)
    let sources: [StoredOrientation: (Int, Int) -> (Int, Int)] = [
      .mirrored: { (w - $0, $1) }, .upsideDown: { (w - $0, h - $1) },
      .flipped: { ($0, h - $1) }, .transposed: { ($1, $0) }, .turnedLeft: { ($1, h - $0) },
      .transversed: { (w - $1, h - $0) }, .turnedRight: { (w - $1, $0) },
    ]
    for (orientation, source) in sources {
      let upright = image.upright(from: orientation)
      for y in 0..<upright.height {
        for x in 0..<upright.width {
          let (fromX, fromY) = source(x, y)
          guard pixel(upright, x, y) != pixel(image, fromX, fromY) else { continue }
          Issue.record("\(orientation) at \(x), \(y)")
          return
        }
      }
    }
  }
}
