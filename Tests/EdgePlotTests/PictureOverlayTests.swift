import Testing

@testable import EdgePlot

@Suite struct PictureOverlayTests {
  private func gray(_ width: Int, _ height: Int) throws -> PictureOverlay {
    try PictureOverlay(
      width: width, height: height,
      pixels: [UInt8](repeating: 128, count: width * height * 3))
  }

  private let red: UInt32 = 0xDD3333

  @Test func drawsFramesAndTags() throws {
    let box = LabeledBox(
      Rectangle(x: 100, y: 150, width: 200, height: 100), name: "cat", score: 0.867, index: 0)
    #expect(box.tag == "cat 0.87")
    let png = try DecodedPNG(gray(480, 480).boxes([box]).png())
    #expect(png.size == [480, 480])
    #expect(png.count(red, tolerance: 0, y: 149..<480) == 202 * 102 - 198 * 98)
    #expect(png.count(red, tolerance: 0, x: 99..<140, y: 134..<149) > 15 * 40 / 2)
    #expect(png.count(0xFFFFFF, tolerance: 60, x: 99..<180, y: 134..<149) > 20)
    #expect(png.pixel(200, 200) == [128, 128, 128] && png.pixel(99, 133) == [128, 128, 128])
  }

  /// What reaches beyond the picture is framed at its edge.
  @Test func framesStayInside() throws {
    let box = LabeledBox(
      Rectangle(x: -50, y: -50, width: 900, height: 900), name: "", index: 0)
    let png = try DecodedPNG(gray(480, 480).boxes([box]).png())
    #expect(png.count(red, tolerance: 0, x: 20..<480, y: 20..<480) == 2 * 2 * 460 - 4)
    #expect(png.pixel(479, 300) == [0xDD, 0x33, 0x33])
    let odd = [Double.nan, .infinity, -.infinity, 1e300].map {
      LabeledBox(Rectangle(x: $0, y: 0, width: $0, height: 5), name: "x", score: $0, index: 3)
    }
    #expect(throws: Never.self) { try gray(20, 20).boxes(odd) }
  }

  @Test func theFirstBoxLiesOnTop() throws {
    let area = Rectangle(x: 100, y: 100, width: 50, height: 50)
    let boxes = [LabeledBox(area, name: "", index: 0), LabeledBox(area, name: "", index: 1)]
    let png = try DecodedPNG(gray(480, 480).boxes(boxes).png())
    #expect(png.pixel(100, 120) == [0xDD, 0x33, 0x33])
  }

  @Test func smallPicturesAreEnlarged() throws {
    var pixels = [UInt8](repeating: 128, count: 20 * 10 * 3)
    pixels.replaceSubrange(0..<3, with: [10, 20, 30])
    let overlay = try PictureOverlay(width: 20, height: 10, pixels: pixels)
    let png = try DecodedPNG(overlay.boxes([]).png())
    #expect(png.size == [320, 160])
    #expect(png.count(0x0A141E, tolerance: 0, x: 0..<16, y: 0..<16) == 256)
    #expect(png.count(0x0A141E, tolerance: 0) == 256)
  }

  @Test func manyBoxesAndLongNames() throws {
    let boxes = (0..<200).map { index in
      LabeledBox(
        Rectangle(x: Double(index % 20) * 20, y: Double(index / 20) * 30, width: 90, height: 90),
        name: String(repeating: "name ", count: 1 + index % 40), score: 0.5, index: index)
    }
    let bitmap = try gray(400, 300).boxes(boxes)
    #expect([bitmap.width, bitmap.height] == [800, 600])
  }

  /// Right half of class 1, enlarged eightfold.
  private func halves() -> [UInt8] { (0..<60 * 40).map { $0 % 60 < 30 ? 0 : 1 } }

  @Test func tintsByClass() throws {
    let overlay = try gray(60, 40)
    let color = ClassPalette.color(1).bytes
    let bitmap = try overlay.mask(labels: halves(), names: ["background", "road"], opacity: 1)
    let png = try DecodedPNG(bitmap.png())
    #expect(png.size[0] == 480 && png.size[1] > 320)
    #expect(png.pixel(100, 100) == [128, 128, 128] && png.pixel(239, 10) == [128, 128, 128])
    #expect(png.pixel(400, 100) == color)
    #expect(png.pixel(240, 100) == color.map { UInt8(Int($0) * 3 / 5) })
    #expect(png.pixel(241, 100) == color)
    // The legend: a square of the color, and text.
    let rows = 321..<png.size[1]
    let bare = try overlay.mask(
      labels: halves(), names: ["background", "road"], opacity: 1, hasLegend: false)
    #expect([bare.width, bare.height] == [480, 320])
    #expect(bare.pixels == Array(bitmap.pixels.prefix(480 * 320 * 3)))
    let rgb = color.reduce(0) { $0 << 8 | UInt32($1) }
    #expect(png.count(rgb, tolerance: 0, y: rows) >= 8 * 8)
    #expect(png.count(0x1F2328, tolerance: 60, y: rows) > 20)
  }

  @Test func opacityIsTheShareOfTheColor() throws {
    let names = ["sky", "road"]
    let half = try gray(60, 40).mask(labels: halves(), names: names, opacity: 0.5)
    let color = ClassPalette.color(1).bytes
    #expect(
      try DecodedPNG(half.png()).pixel(400, 100) == color.map { UInt8((Int($0) + 129) / 2) })
    let none = try gray(60, 40).mask(labels: halves(), names: names, opacity: 0)
    #expect(try DecodedPNG(none.png()).pixel(400, 100) == [128, 128, 128])
    for opacity in [-1, .nan, .infinity, 7] as [Double] {
      #expect(throws: Never.self) {
        try gray(60, 40).mask(labels: halves(), names: names, opacity: opacity)
      }
    }
  }

  /// 255 stands for nothing, and is in no legend.
  @Test func whatHasNoNameStays() throws {
    let labels = [UInt8](repeating: 255, count: 60 * 40)
    let bitmap = try gray(60, 40).mask(labels: labels, names: ["a", "b"])
    #expect([bitmap.width, bitmap.height] == [480, 320])
    #expect(bitmap.pixels.allSatisfy { $0 == 128 })
  }

  @Test func refusesOtherSizes() throws {
    #expect(throws: PlotError.invalidMask(width: 60, height: 40, found: 3)) {
      try gray(60, 40).mask(labels: [1, 2, 3], names: ["a"])
    }
    #expect(throws: PlotError.invalidBitmap(width: 2, height: 2, found: 3)) {
      try PictureOverlay(width: 2, height: 2, pixels: [1, 2, 3])
    }
  }

  /// Both doors to the pixels give the same.
  @Test func canvasesBecomeBitmaps() throws {
    func drawn() throws -> Bitmap {
      var canvas = try Canvas(width: 20.5, height: 7, scale: 2)
      canvas.fill(Rectangle(x: 3, y: 1, width: 9, height: 4), Color(0x12AB9F))
      return try canvas.bitmap()
    }
    let bitmap = try drawn()
    #expect([bitmap.width, bitmap.height] == [41, 14])
    #expect(Array(bitmap.pixels[(5 * 41 + 10) * 3..<(5 * 41 + 11) * 3]) == [0x12, 0xAB, 0x9F])
    #expect(try DecodedPNG(bitmap.png()).image.pixels == bitmap.pixels)
  }
}

@Suite struct LabelPictureTests {
  /// The decoder shows class numbers by the colors of the palette, which all differ.
  private func expectKept(_ labels: [UInt8], width: Int) throws {
    let picture = try LabelPicture(width: width, height: labels.count / width, labels: labels)
    let png = try DecodedPNG(picture.png())
    #expect(png.size == [width, labels.count / width])
    let white: [UInt8] = [255, 255, 255]
    let colors = ClassPalette.colors.map(\.bytes)
    #expect(png.image.pixels == labels.flatMap { $0 == 255 ? white : colors[Int($0)] })
  }

  /// Runs of all lengths in one row, which a copy holds in one or two parts, or not at all.
  @Test func runsAreKept() throws {
    let labels = (1...600).flatMap { length in
      [UInt8](repeating: UInt8(length * 7 % 256), count: length)
    }
    try expectKept(labels, width: 601 * 300 / 60)
  }

  @Test func noiseIsKept() throws {
    var state: UInt32 = 3
    let labels = (0..<97 * 61).map { _ -> UInt8 in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(state >> 24)
    }
    try expectKept(labels, width: 97)
    try expectKept([7], width: 1)
  }

  /// Areas of one class cost next to nothing.
  @Test func areasAreSmall() throws {
    let labels = (0..<500 * 400).map { UInt8($0 % 500 / 125) }
    let png = try LabelPicture(width: 500, height: 400, labels: labels).png()
    #expect(png.count < 4000)
    #expect(png.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
  }

  @Test func refusesOtherSizes() {
    #expect(throws: PlotError.invalidMask(width: 2, height: 2, found: 3)) {
      try LabelPicture(width: 2, height: 2, labels: [1, 2, 3])
    }
    #expect(throws: PlotError.invalidMask(width: 0, height: 2, found: 0)) {
      try LabelPicture(width: 0, height: 2, labels: [])
    }
  }
}
