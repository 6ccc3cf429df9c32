import EdgePlot
import Testing

@Suite struct ContactSheetTests {
  private func picture(_ width: Int, _ height: Int) throws -> Bitmap {
    let pixels = (0..<width * height).flatMap { _ -> [UInt8] in [200, 30, 200] }
    return try Bitmap(width: width, height: height, pixels: pixels)
  }

  @Test func picturesKeepTheirProportions() throws {
    let sheet = try ContactSheet([.init(picture(20, 10))], columns: 4, side: 80)
    let png = try DecodedPNG(sheet)
    #expect(png.size == [112, 16 + 80 + 16])
    #expect(png.count(0xC81EC8, tolerance: 1) == 80 * 40)
    #expect(png.count(0xF3F4F6, tolerance: 0) == 80 * 40)
  }

  @Test func verdictsHaveColors() throws {
    let items = try [ContactSheet.Verdict.right, .wrong, nil].map {
      ContactSheet.Item(try picture(8, 8), lines: ["tench", "98 %"], verdict: $0)
    }
    let png = try DecodedPNG(ContactSheet(title: "predictions", items, columns: 3, side: 60))
    let frame = 66 * 66 - 60 * 60
    #expect(png.size == [244, 46 + 60 + 34 + 16])
    #expect(png.count(green, tolerance: 0, y: 0..<110) == frame)
    #expect(png.count(vermilion, tolerance: 0, y: 0..<110) == frame)
    #expect(png.count(green, tolerance: 90, y: 110..<156) > 5)
    #expect(png.count(0x1F2328, tolerance: 60, x: 168..<244, y: 106..<130) > 20)
  }

  @Test func companionsLieBesideTheirPictures() throws {
    let item = ContactSheet.Item(
      try picture(10, 10),
      companion: try Bitmap(width: 1, height: 2, pixels: [0, 0, 200, 0, 0, 200]), lines: ["a"],
      verdict: .right)
    let png = try DecodedPNG(ContactSheet([item, .init(picture(1, 1))], columns: 2, side: 80))
    #expect(png.size == [16 + 2 * (164 + 16), 16 + 80 + 20 + 16])
    #expect(png.count(0xC81EC8, tolerance: 1, x: 16..<96) == 80 * 80)
    #expect(png.count(0x0000C8, tolerance: 1, x: 100..<180) == 80 * 40)
    #expect(png.count(0xC81EC8, tolerance: 1, x: 196..<276) == 80 * 80)
    #expect(png.count(green, tolerance: 0, y: 0..<100) == 170 * 86 - 164 * 80)
  }

  @Test func classColorsAreToldOnce() throws {
    var sheet = try ContactSheet([.init(picture(8, 8))], side: 200)
    sheet.legend = [0: "road", 300: "background"]
    let png = try DecodedPNG(sheet)
    #expect(png.size == [232, 16 + 200 + 16 + 29])
    #expect(png.count(0xDD3333, tolerance: 0, y: 216..<261) >= 9 * 9)
    #expect(png.count(0xDD3333, tolerance: 0, x: 28..<232) == 0)
    #expect(png.count(0x1F2328, tolerance: 60, y: 216..<261) > 20)
  }

  @Test func nearestKeepsThePixels() throws {
    let bitmap = try Bitmap(
      width: 2, height: 2, pixels: [0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255])
    var sheet = try ContactSheet([.init(bitmap)], side: 50)
    sheet.isSmooth = false
    #expect(try DecodedPNG(sheet).count(0xFF0000, tolerance: 0) == 25 * 25)
    sheet.isSmooth = true
    #expect(try DecodedPNG(sheet).count(0xFF0000, tolerance: 0) < 25 * 25)
  }

  @Test func emptyAndTooLongSheets() throws {
    #expect(try DecodedPNG(ContactSheet(title: "none", [])).inkCount > 0)
    let items = [ContactSheet.Item](repeating: .init(try picture(1, 1)), count: 5000)
    #expect(throws: PlotError.self) { try ContactSheet(items, columns: 1).png() }
    #expect(throws: PlotError.self) { try ContactSheet(items, columns: 5000).png() }
    #expect(throws: PlotError.self) { try ContactSheet(items, columns: 70, side: 400).png() }
  }
}
