import TestSupport
import Testing

@testable import EdgeData

@Suite struct MaskTests {
  private let mask = Mask(width: 3, height: 2, labels: [1, 2, 3, 4, 5, 255])

  @Test func partsAndFlips() {
    #expect(mask.cropped(x: 1, y: 0, width: 2, height: 2).labels == [2, 3, 5, 255])
    #expect(mask.cropped(x: 0, y: 0, width: 3, height: 2) == mask)
    #expect(
      mask.cropped(x: -1, y: 1, width: 3, height: 2).labels == [255, 4, 5, 255, 255, 255])
    #expect(mask.cropped(x: 9, y: 9, width: 1, height: 2).labels == [255, 255])
    #expect(mask.flippedHorizontally().labels == [3, 2, 1, 255, 5, 4])
  }

  /// OpenCV 5.0: `cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST)`.
  @Test func resizingTakesTheNearest() {
    #expect(
      mask.resized(width: 5, height: 3).labels
        == [1, 1, 2, 2, 3, 1, 1, 2, 2, 3, 4, 4, 5, 5, 255])
    #expect(mask.resized(width: 2, height: 1).labels == [1, 2])
    #expect(mask.resized(width: 3, height: 2) == mask)
    let window = PixelWindow(x: 1, y: 1, width: 3, height: 2)
    #expect(
      mask.resized(width: 5, height: 3, window: window)
        == mask.resized(width: 5, height: 3).cropped(x: 1, y: 1, width: 3, height: 2))
  }

  @Test func ignoredPixelsAreNegative() {
    var values = [Float](repeating: .nan, count: 6)
    var span = values.mutableSpan
    mask.write(into: &span)
    #expect(values == [1, 2, 3, 4, 5, -1])
  }

  /// The numbers in the file, not the colors or the brightness that they stand for.
  @Test func numbersAreReadAsStored() throws {
    let palette = (0..<32).flatMap { (index: UInt8) -> [UInt8] in [index, 200, 255 - index] }
    let indexed = pngFile(
      width: 3, colorType: 3, rows: [[0, 21, 5], [31, 1, 2]], palette: palette)
    #expect(try Mask(bytes: indexed, name: "m").labels == [0, 21, 5, 31, 1, 2])
    let gray = maskPNG([[0, 255, 11]])
    #expect(try Mask(bytes: gray, name: "m").labels == [0, 255, 11])
    let bits = pngFile(width: 10, depth: 1, colorType: 0, rows: [[0b1010_0001, 0b1100_0000]])
    #expect(try Mask(bytes: bits, name: "m").labels == [1, 0, 1, 0, 0, 0, 0, 1, 1, 1])
    let nibbles = pngFile(
      width: 3, depth: 4, colorType: 3, rows: [[0x2F, 0x70]], palette: Array(palette.prefix(48)))
    #expect(try Mask(bytes: nibbles, name: "m").labels == [2, 15, 7])
  }

  @Test func colorsAreNoNumbers() throws {
    func reason(_ bytes: [UInt8]) -> String? {
      do throws(ImageError) {
        _ = try Mask(bytes: bytes, name: "m")
        return nil
      } catch {
        guard case .unsupportedFeature("m", _, let reason) = error else { return nil }
        return reason
      }
    }
    #expect(reason(tinyPNG())?.contains("palette or gray") ?? false)
    #expect(reason(pngFile(width: 1, colorType: 4, rows: [[1, 2]])) != nil)
    #expect(reason(pngFile(width: 1, depth: 16, colorType: 0, rows: [[1, 2]])) != nil)
    let photo = try goldenImage("rgb.jpg")
    #expect(reason(photo)?.contains("PNG only") ?? false)
    #expect(throws: ImageError.unsupportedFormat(file: "m", found: "empty")) {
      try Mask(bytes: [], name: "m")
    }
  }

  @Test func damageNeverTraps() {
    let original = maskPNG(Array(repeating: Array(0..<40), count: 20))
    var rng = SplitMix64(seed: 5)
    for round in 0..<300 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &rng) {
        bytes[Int.random(in: 8..<bytes.count, using: &rng)] = UInt8.random(in: 0...255, using: &rng)
      }
      if round % 3 == 0 { bytes.removeLast(Int.random(in: 1..<bytes.count, using: &rng)) }
      do throws(ImageError) {
        let mask = try Mask(bytes: bytes, name: "mutant", pixelLimit: 1 << 20)
        #expect(mask.labels.count == mask.width * mask.height)
      } catch {
        #expect(error.description.hasPrefix("mutant"))
      }
    }
  }
}
