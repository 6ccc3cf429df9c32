import Testing

@testable import EdgePlot

@Suite struct CanvasTests {
  private func drawn(
    width: Double = 40, height: Double = 30, scale: Double = 1, _ draw: (inout Canvas) -> Void
  ) throws -> DecodedPNG {
    var canvas = try Canvas(width: width, height: height, scale: scale)
    draw(&canvas)
    return try DecodedPNG(canvas.encoded())
  }

  @Test func sizeIsRoundedUpToPixels() throws {
    #expect(try drawn(width: 20.1, height: 7, scale: 2) { _ in }.size == [41, 14])
    #expect(try drawn(width: 20, height: 7, scale: 0.5) { _ in }.size == [10, 4])
  }

  @Test func emptyCanvasIsWhite() throws {
    #expect(try drawn(width: 20.1, height: 7.3) { _ in }.inkCount == 0)
  }

  @Test func rectangleCoversItsPixels() throws {
    let area = Rectangle(x: 3, y: 4, width: 10, height: 5)
    let png = try drawn(scale: 2) { $0.fill(area, Color(0x0072B2)) }
    #expect(png.inkCount == 20 * 10)
    #expect(png.count(blue, tolerance: 0, x: 6..<26, y: 8..<18) == 20 * 10)
  }

  @Test func colorsBlend() throws {
    let png = try drawn {
      $0.fill(Rectangle(x: 0, y: 0, width: 40, height: 30), Color(0x000000, alpha: 0.25))
    }
    #expect(png.count(0xBFBFBF, tolerance: 1) == 40 * 30)
  }

  @Test func frameLineAndDisc() throws {
    let frame = try drawn { canvas in
      canvas.frame(Rectangle(x: 5, y: 5, width: 20, height: 10), width: 2, Color(0xD55E00))
    }
    #expect(frame.count(vermilion, tolerance: 0) == 22 * 12 - 18 * 8)
    let line = try drawn { canvas in
      canvas.line(from: Point(x: 5, y: 10), to: Point(x: 35, y: 10), width: 4, .black)
    }
    #expect(line.count(0x000000, tolerance: 0, x: 5..<35, y: 8..<12) == 30 * 4)
    let dashes = try drawn { canvas in
      canvas.line(from: Point(x: 0, y: 10), to: Point(x: 40, y: 10), width: 4, dash: 5, .black)
    }
    #expect(dashes.count(0x000000, tolerance: 0) == 20 * 4)
    let disc = try drawn { $0.disc(Point(x: 20, y: 15), radius: 10, .black) }
    #expect(abs(Double(disc.count(0x000000, tolerance: 127)) - 314) < 6)
  }

  @Test func polylineLeavesOutWhatIsNotFinite() throws {
    let points = [
      Point(x: 2, y: 10), Point(x: .nan, y: 3), Point(x: 20, y: .infinity), Point(x: 38, y: 10),
    ]
    let png = try drawn { $0.polyline(points, width: 2, .black) }
    #expect(png.count(0x000000, x: 2..<38, y: 9..<11) == 36 * 2)
  }

  @Test func clippingEnds() throws {
    let png = try drawn { canvas in
      canvas.clipped(to: Rectangle(x: 10, y: 10, width: 5, height: 5)) { canvas in
        canvas.fill(Rectangle(x: 0, y: 0, width: 40, height: 30), Color(0x0072B2))
      }
      canvas.fill(Rectangle(x: 30, y: 0, width: 2, height: 2), Color(0xD55E00))
    }
    #expect(png.count(blue, tolerance: 0) == 25)
    #expect(png.count(vermilion, tolerance: 0) == 4)
  }

  @Test func movingEnds() throws {
    let png = try drawn(scale: 2) { canvas in
      canvas.moved(to: Rectangle(x: 10.2, y: 5, width: 8, height: 6)) { canvas in
        canvas.fill(Rectangle(x: 0, y: 0, width: 40, height: 3), Color(0x0072B2))
      }
      canvas.fill(Rectangle(x: 0, y: 0, width: 2, height: 2), Color(0xD55E00))
    }
    #expect(png.count(blue, tolerance: 0) == 16 * 6)
    #expect(png.count(blue, tolerance: 0, x: 20..<36, y: 10..<16) == 16 * 6)
    #expect(png.count(vermilion, tolerance: 0, x: 0..<4, y: 0..<4) == 16)
  }

  @Test func nearestShowsPixelsAsSquares() throws {
    let bitmap = try Bitmap(width: 2, height: 1, pixels: [255, 0, 0, 0, 0, 255])
    let area = Rectangle(x: 10, y: 5, width: 20, height: 10)
    let png = try drawn { $0.image(bitmap, in: area, smooth: false) }
    #expect(png.count(0xFF0000, tolerance: 0, x: 10..<20, y: 5..<15) == 100)
    #expect(png.count(0x0000FF, tolerance: 0, x: 20..<30, y: 5..<15) == 100)
    #expect(png.inkCount == 200)
  }

  @Test func smoothMixesPixels() throws {
    let bitmap = try Bitmap(width: 2, height: 1, pixels: [255, 0, 0, 0, 0, 255])
    let area = Rectangle(x: 10, y: 5, width: 20, height: 10)
    let png = try drawn { $0.image(bitmap, in: area) }
    #expect(png.pixel(10, 10) == [255, 0, 0])
    #expect(png.pixel(29, 10) == [0, 0, 255])
    #expect(abs(Int(png.pixel(20, 10)[0]) - 121) < 12)
    #expect(png.inkCount == 200)
  }

  @Test func smallPicturesAreMeans() throws {
    let pixels = (0..<64 * 64).flatMap { i -> [UInt8] in
      (i + i / 64).isMultiple(of: 2) ? [0, 0, 0] : [255, 255, 255]
    }
    let board = try Bitmap(width: 64, height: 64, pixels: pixels)
    let png = try drawn { $0.image(board, in: Rectangle(x: 0, y: 0, width: 16, height: 16)) }
    #expect(png.count(0x808080, tolerance: 4, x: 1..<15, y: 1..<15) == 14 * 14)
  }
}

@Suite struct CanvasTextTests {
  /// The box of what isn't white: left, top, right, bottom.
  private func box(
    _ text: String, anchor: TextAnchor, angle: Double = 0
  ) throws -> [Int] {
    var canvas = try Canvas(width: 100, height: 100)
    let style = TextStyle(size: 20)
    canvas.text(text, at: Point(x: 50, y: 50), style, anchor: anchor, angle: angle)
    let png = try DecodedPNG(canvas.encoded())
    let columns = (0..<100).filter { x in (0..<100).contains { png.pixel(x, $0)[0] < 200 } }
    let rows = (0..<100).filter { y in (0..<100).contains { png.pixel($0, y)[0] < 200 } }
    return [columns.min(), rows.min(), columns.max(), rows.max()].map { $0 ?? -1 }
  }

  @Test func anchorStandsAtThePoint() throws {
    let left = try box("HHH", anchor: TextAnchor(.left, .baseline))
    #expect(left[0] >= 50 && left[0] <= 53 && abs(left[3] - 49) <= 1 && left[1] > 30)
    let right = try box("HHH", anchor: TextAnchor(.right, .top))
    #expect(right[2] <= 50 && right[2] >= 46 && right[1] >= 49 && right[1] <= 52)
    let middle = try box("HHH", anchor: TextAnchor(.center, .middle))
    #expect(abs(middle[0] + middle[2] - 99) <= 2 && abs(middle[1] + middle[3] - 99) <= 2)
    let bottom = try box("HHH", anchor: TextAnchor(.left, .bottom))
    #expect(bottom[3] < 48)
  }

  @Test func quarterTurnReadsUpward() throws {
    let box = try box("HHH", anchor: TextAnchor(.left, .baseline), angle: 90)
    #expect(abs(box[2] - 49) <= 1 && box[3] <= 50 && box[3] >= 46)
    #expect(box[3] - box[1] > box[2] - box[0] + 20)
  }

  @Test func widthFollowsSizeAndWeight() throws {
    let canvas = try Canvas(width: 10, height: 10)
    let width = canvas.width(of: "accuracy", TextStyle(size: 10))
    #expect(width > 35 && width < 65)
    #expect(abs(canvas.width(of: "accuracy", TextStyle(size: 20)) - 2 * width) < 0.5)
    #expect(canvas.width(of: "accuracy", TextStyle(size: 10, weight: .bold)) > width + 2)
    #expect(canvas.width(of: "", TextStyle()) == 0)
    for size in [0, -1, .nan, .infinity, 1e9] {
      #expect(canvas.width(of: "a", TextStyle(size: size)) == 0)
    }
  }

  @Test func breaksAndZerosAreSpaces() throws {
    let canvas = try Canvas(width: 10, height: 10)
    let style = TextStyle(size: 10)
    #expect(canvas.width(of: "a\nb\0c\td", style) == canvas.width(of: "a b c d", style))
  }

  @Test(arguments: ["Ünïcödé", "Эпоха", "日本語", "🐟🐕", "e\u{301}\u{302}\u{303}", "\u{202E}x"])
  func anyTextIsDrawn(text: String) throws {
    #expect(try box(text, anchor: TextAnchor(.center, .middle))[0] >= 0)
  }

  @Test func longTextsAreCut() throws {
    let canvas = try Canvas(width: 10, height: 10)
    let style = TextStyle(size: 10)
    let text = canvas.shortened("Chesapeake Bay retriever", to: 80, style)
    #expect(text.hasPrefix("Chesa") && text.hasSuffix("…"))
    #expect(canvas.width(of: text, style) <= 80)
    #expect(canvas.shortened("tench", to: 80, style) == "tench")
    #expect(canvas.shortened("tench", to: 1, style) == "")
    let endless = String(repeating: "W", count: 1_000_000)
    #expect(canvas.width(of: canvas.shortened(endless, to: 300, style), style) <= 300)
  }
}
