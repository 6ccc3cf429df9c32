import EdgeGraph
import Testing

@testable import EdgeData

@Suite struct RandomCropTests {
  private let crop = RandomCrop(area: 0.08...1, ratio: 3.0 / 4...4.0 / 3)

  @Test func staysInsideAndWithinBounds() {
    var random = stream()
    var areas: [Double] = []
    var wide = 0
    for _ in 0..<20_000 {
      let window = crop.window(width: 500, height: 375, random: &random)
      #expect(window.clamped(width: 500, height: 375) == window)
      let area = Double(window.width * window.height) / (500 * 375)
      let ratio = Double(window.width) / Double(window.height)
      // Rounding sides of 105 pixels and more moves both by less than 1 %.
      #expect((0.079...1).contains(area) && (0.742...1.345).contains(ratio))
      areas.append(area)
      wide += ratio > 1 ? 1 : 0
    }
    // timm's own draws have a mean area of 0.4329 (with a deviation of 0.0015 for so many), and
    // 0.5747 (0.0035) are wider than high.
    let mean = areas.reduce(0, +) / 20_000
    #expect((0.427...0.439).contains(mean))
    #expect((0.561...0.589).contains(Double(wide) / 20_000))
    #expect((areas.min() ?? 1) < 0.085 && (areas.max() ?? 0) > 0.95)
  }

  /// Where nothing fits, the middle at the nearest allowed ratio.
  @Test(arguments: [
    (1000, 10, PixelWindow(x: 493, y: 0, width: 13, height: 10)),
    (10, 1000, PixelWindow(x: 0, y: 493, width: 10, height: 13)),
    (1, 1, PixelWindow(x: 0, y: 0, width: 1, height: 1)),
  ])
  func extremePictures(width: Int, height: Int, expected: PixelWindow) {
    var random = stream()
    let whole = RandomCrop(area: 1...1, ratio: 3.0 / 4...4.0 / 3)
    #expect(whole.window(width: width, height: height, random: &random) == expected)
  }

  @Test func paddingReachesEveryOffset() {
    var random = stream()
    var offsets: Set<Int> = []
    for _ in 0..<2000 {
      let window = RandomCrop.padded(by: 4, width: 32, height: 20, random: &random)
      #expect(window.width == 32 && window.height == 20)
      offsets.insert(window.x * 100 + window.y)
    }
    #expect(offsets.count == 81)
    #expect(offsets.min() == -404 && offsets.max() == 404)
  }

  /// The window of the turned picture, cut from the stored one and turned, is the same part.
  @Test(arguments: 1...8)
  func storedWindowIsTheSamePart(value: Int) throws {
    let orientation = try #require(StoredOrientation(rawValue: value))
    let stored = picture("noise")
    let seen = stored.upright(from: orientation)
    let window = PixelWindow(x: 3, y: 5, width: 9, height: 4)
    let inside = orientation.stored(window, width: stored.width, height: stored.height)
    let part = stored.cropped(
      x: inside.x, y: inside.y, width: inside.width, height: inside.height
    ).upright(from: orientation)
    #expect(part == seen.cropped(x: 3, y: 5, width: 9, height: 4))
  }

  @Test func reducedWindowsStayInside() {
    var random = stream()
    for _ in 0..<2000 {
      let width = 1 + random.integer(below: 300)
      let height = 1 + random.integer(below: 300)
      let window = crop.window(width: width, height: height, random: &random)
      for eighths in [1, 2, 4, 8] {
        let part = window.reduced(eighths: eighths, width: width, height: height)
        #expect(part.x >= 0 && part.y >= 0 && part.width > 0 && part.height > 0)
        #expect(part.x + part.width <= (width * eighths + 7) / 8)
        #expect(part.y + part.height <= (height * eighths + 7) / 8)
      }
      #expect(window.reduced(eighths: 8, width: width, height: height) == window)
    }
  }
}
