import Testing

@testable import EdgePlot

@Suite struct ConfusionMatrixChartTests {
  @Test func rowsAreNormalized() throws {
    let chart = try ConfusionMatrixChart(
      classes: ["a", "b", "c"], counts: [3, 1, 0, 0, 5, 0, 0, 0, 0])
    #expect(chart.shares == [0.75, 0.25, 0, 0, 1, 0, 0, 0, 0])
  }

  @Test func hugeCountsDoNotOverflow() throws {
    let chart = try ConfusionMatrixChart(
      classes: ["a", "b"], counts: [.max, .max, .max, 0])
    #expect(chart.shares == [0.5, 0.5, 1, 0])
    #expect(try DecodedPNG(chart).inkCount > 0)
  }

  @Test func colorsFollowShares() throws {
    let chart = try ConfusionMatrixChart(classes: ["a", "b"], counts: [9, 0, 1, 1])
    let png = try DecodedPNG(chart)
    let layout = ConfusionMatrixLayout(
      classCount: 2, hasTitle: false,
      nameWidth: try Canvas(width: 9, height: 9).widest(
        ["a", "b"], ConfusionMatrixLayout.nameStyle(cell: 120)))
    func color(row: Int, column: Int) -> [UInt8] {
      png.pixel(
        Int(layout.matrix.x + (Double(column) + 0.2) * layout.cell),
        Int(layout.matrix.y + (Double(row) + 0.2) * layout.cell))
    }
    #expect(color(row: 0, column: 0) == ConfusionMatrixChart.color(share: 1).bytes)
    #expect(color(row: 0, column: 1) == [255, 255, 255])
    #expect(color(row: 1, column: 0) == ConfusionMatrixChart.color(share: 0.5).bytes)
    #expect(color(row: 1, column: 1) == ConfusionMatrixChart.color(share: 0.5).bytes)
  }

  @Test func shadesDarken() {
    let lightness = (0...50).map { ConfusionMatrixChart.color(share: Double($0) / 50).lightness }
    #expect(zip(lightness, lightness.dropFirst()).allSatisfy { $0 > $1 })
    #expect(lightness[0] > 0.999)
  }

  /// Counts are in the squares if the longest fits.
  @Test func countsAreWrittenWhereTheyFit() throws {
    func ink(_ count: Int) throws -> Int {
      let counts = (0..<900).map { $0 == 0 ? count : $0 == 31 ? 8 : 0 }
      let names = [String](repeating: "", count: 30)
      return try DecodedPNG(ConfusionMatrixChart(classes: names, counts: counts)).count(
        0xFFFFFF, tolerance: 0)
    }
    #expect(try ink(8) > ink(888_888))
  }

  @Test func aThousandClassesHaveNoNames() throws {
    let names = (0..<1000).map { "class number \($0)" }
    var counts = [Int](repeating: 0, count: 1_000_000)
    for index in 0..<1000 { counts[index * 1001] = 1 }
    let png = try DecodedPNG(ConfusionMatrixChart(classes: names, counts: counts))
    #expect(png.size == [38 + 900 + 20 + 13 + 68, 16 + 900 + 36])
    #expect(png.count(0x0B2E59, tolerance: 120, x: 38..<938, y: 16..<916) > 700)
  }

  @Test func longNamesAreCut() throws {
    let names = ["short", String(repeating: "очень длинное имя ", count: 50)]
    let png = try DecodedPNG(ConfusionMatrixChart(classes: names, counts: [1, 0, 0, 1]))
    #expect(png.size == [38 + 190 + 6 + 240 + 20 + 13 + 68, 16 + 240 + 190 + 6 + 36])
  }
}
