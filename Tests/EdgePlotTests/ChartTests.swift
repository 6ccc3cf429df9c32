import EdgePlot
import Testing

@Suite struct ChartTests {
  private func wave(_ count: Int) -> [Double] { (0..<count).map { Double($0 * 37 % 101) } }

  @Test func lineChartShowsItsSeries() throws {
    let chart = LineChart(
      title: "training", xTitle: "epoch",
      panels: [
        .init(
          "loss", [.init("training", values: [3, 2, 1]), .init("test", values: [3, 2.5, 2])]),
        .init("rate", [.init("rate", values: [1e-3, 1e-4, 1e-5])], scale: .logarithmic),
      ], width: 400, panelHeight: 120)
    let png = try DecodedPNG(chart)
    #expect(png.size == [400, 40 + 2 * 120 - 10 + 50])
    let (upper, lower) = (40..<160, 160..<280)
    #expect(png.count(blue, y: upper) > 200 && png.count(vermilion, y: upper) > 200)
    #expect(png.count(green, y: lower) > 200 && png.count(blue, y: lower) == 0)
    #expect(try DecodedPNG(chart, scale: 2).size == [800, 640])
  }

  @Test func gapsAreWhite() throws {
    func ink(_ values: [Double]) throws -> Int {
      let panel = LineChart.Panel("", [.init("", values: values)], range: 0...10)
      return try DecodedPNG(LineChart(panels: [panel]), scale: 2).count(blue)
    }
    let whole = try ink([5, 5, 5, 5, 5, 5, 5])
    #expect(whole > 500)
    let gapped = try ink([5, 5, 5, .nan, 5, 5, 5])
    #expect(gapped > whole / 2 && gapped < whole * 3 / 4)
    #expect(try ink([.nan, .infinity, .nan]) == 0)
    #expect(try ink([5]) > 20)
  }

  @Test func lastValuesAreWritten() throws {
    var chart = LineChart(panels: [.init("", [.init("", values: [1, 2])])], width: 300)
    let with = try DecodedPNG(chart)
    chart.showsLastValues = false
    let without = try DecodedPNG(chart)
    #expect(with.count(0x00619A, tolerance: 40, x: 280..<300) > 5)
    #expect(without.count(0x00619A, tolerance: 40, x: 280..<300) == 0)
  }

  @Test(
    arguments: [
      [], [.init("", [])], [.init("p", [.init("a", values: [])])],
      [.init("p", [.init("a", values: [.nan])]), .init("q", [.init("b", values: [0, 0])])],
      [
        .init(
          "p", [.init("a", values: [-1, 0, .leastNonzeroMagnitude, 1e300, 1.7e308])],
          scale: .logarithmic)
      ],
      [.init("p", [.init("a", points: [Point(x: .nan, y: 1), Point(x: 1e300, y: -1e300)])])],
      [.init(String(repeating: "日本 ", count: 400), [.init("\0\n", values: [1])])],
    ] as [[LineChart.Panel]])
  func oddPanelsAreDrawn(panels: [LineChart.Panel]) throws {
    #expect(try DecodedPNG(LineChart(title: "odd", panels: panels)).inkCount > 0)
  }

  @Test func manyValuesAndSeriesAreDrawn() throws {
    let long = LineChart(panels: [.init("", [.init("a", values: wave(100_000))])])
    #expect(try DecodedPNG(long).count(blue) > 10_000)
    let series = (0..<1000).map { LineChart.Series("series \($0)", values: [Double($0), 1]) }
    #expect(try DecodedPNG(LineChart(panels: [.init("many", series)])).inkCount > 10_000)
  }

  @Test(arguments: [0, -5, Double.nan, .infinity, 1e9])
  func badSizesAreErrors(size: Double) throws {
    let panels = [LineChart.Panel("", [.init("", values: [1, 2])])]
    #expect(throws: PlotError.self) { try LineChart(panels: panels, width: size).png() }
    #expect(throws: PlotError.self) {
      try LineChart(panels: panels, panelHeight: size * 100 - 100).png()
    }
    #expect(throws: PlotError.self) { try ScatterChart(series: [], height: size).png(scale: 0.25) }
    var canvas = try Canvas(width: 50, height: 50)
    LineChart(panels: panels, width: size, panelHeight: size).draw(on: &canvas)
    ScatterChart(series: [], width: size, height: size).draw(on: &canvas)
    #expect(try !canvas.encoded().isEmpty)
  }

  @Test func scatterShowsMarksAndLabels() throws {
    func chart(_ label: String, isJoined: Bool = false) -> ScatterChart {
      ScatterChart(
        series: [
          .init(
            "", [.init(x: 10, y: 1, label: label), .init(x: 1000, y: 2), .init(x: -1, y: 1)],
            isJoined: isJoined)
        ], xScale: .logarithmic, width: 300, height: 200)
    }
    let plain = try DecodedPNG(chart(""))
    // Two discs of radius 4; the mark at −1 has no place.
    #expect(abs(plain.count(blue, tolerance: 60) - 100) < 16)
    #expect(try DecodedPNG(chart("MobileNetV2")).inkCount > plain.inkCount + 50)
    #expect(try DecodedPNG(chart("", isJoined: true)).count(blue, tolerance: 60) > 250)
  }

  @Test func seriesOfOneNameAreOneInTheLegend() throws {
    func legend(_ names: [String]) throws -> DecodedPNG {
      let series = names.map { ScatterChart.Series($0, [.init(x: 1, y: 1)]) }
      return try DecodedPNG(ScatterChart(series: series, width: 420, height: 200))
    }
    let (one, two) = (try legend(["EdgeNeXt"]), try legend(["EdgeNeXt", "EdgeNeXt"]))
    // The points themselves are drawn twice.
    let top = 30 * 420 * 3
    #expect(one.image.pixels.prefix(top) == two.image.pixels.prefix(top))
    #expect(try legend(["EdgeNeXt", "EdgeViT"]).count(vermilion, y: 0..<30) > 20)
  }

  @Test func legendHasTwoRows() throws {
    let names = ["EdgeNeXt", "EdgeViT", "EdgeFormer", "MobileViT", "ResNet", "MobileNetV2"]
    let series = names.map { ScatterChart.Series($0, []) }
    let png = try DecodedPNG(ScatterChart(series: series, width: 360, height: 200))
    let (first, second) = (0..<28, 28..<45)
    #expect(png.count(blue, y: first) > 20 && png.count(blue, y: second) == 0)
    #expect(png.count(0x56B4E9, y: second) > 20 && png.count(0x56B4E9, y: first) == 0)
  }

  @Test func chartsStandSideBySide() throws {
    func chart(_ height: Double) -> ScatterChart {
      ScatterChart(series: [.init("a", [.init(x: 1, y: 1)])], width: 300, height: height)
    }
    let line = LineChart(panels: [.init("loss", [.init("b", values: [1, 2])])], width: 250)
    let row = try DecodedPNG(ChartRow([chart(180), line, chart(150)]), scale: 2)
    let parts = try [DecodedPNG(chart(180), scale: 2), DecodedPNG(line, scale: 2)]
    #expect(row.size == [2 * 850, parts.map { $0.size[1] }.max() ?? 0])
    for (part, start) in zip(parts, [0, 600]) {
      let isEqual = (0..<part.size[1]).allSatisfy { y in
        (0..<part.size[0]).allSatisfy { row.pixel(start + $0, y) == part.pixel($0, y) }
      }
      #expect(isEqual)
    }
    #expect(row.count(blue, x: 1100..<1700) > 30)
    #expect(row.count(0xFFFFFF, tolerance: 0, x: 1100..<1700, y: 300..<row.size[1]) > 0)
    #expect(throws: PlotError.self) { try ChartRow([]).png() }
  }

  @Test func manyMarksAreDrawn() throws {
    let marks = zip(wave(10_000), wave(20_000).reversed()).map {
      ScatterChart.Mark(x: $0, y: $1, label: "p")
    }
    #expect(try DecodedPNG(ScatterChart(series: [.init("cloud", marks)])).count(blue) > 1000)
  }

  @Test func svgIsWritten() throws {
    let svg = try ScatterChart(series: [], width: 300, height: 200).svg()
    let text = String(decoding: svg, as: UTF8.self)
    #expect(text.hasPrefix("<?xml") && text.hasSuffix("</svg>\n"))
    #expect(text.contains("width=\"300px\" height=\"200px\""))
  }
}
