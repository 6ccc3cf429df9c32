import Testing

@testable import EdgePlot

@Suite struct LayoutTests {
  private func plot(_ values: [Point]) -> PlotArea {
    let unit = Axis(fitting: [0, 100], scale: .linear, padding: 0)
    return PlotArea(Rectangle(x: 0, y: 0, width: 100, height: 100), x: unit, y: unit)
  }

  @Test func gapsEndRuns() {
    let values = [1, 2, .nan, 3, .infinity, .nan, 4, 5].enumerated().map {
      Point(x: Double($0), y: $1)
    }
    let runs = LinePath.runs(of: values, in: plot(values))
    #expect(runs.map(\.count) == [2, 1, 2])
    #expect(runs[0] == [Point(x: 0, y: 99), Point(x: 1, y: 98)])
    #expect(LinePath.runs(of: [], in: plot([])).isEmpty)
  }

  @Test func thinningKeepsExtremes() {
    var run = (0..<10_000).map { Point(x: Double($0) / 100, y: Double($0 * 7919 % 100)) }
    run[5003].y = 1000
    let thin = LinePath.thinned(run)
    #expect(thin.count <= 4 * 201)
    #expect(thin.first == run.first && thin.last == run.last)
    #expect(thin.contains { $0.y == 1000 })
    #expect(zip(thin, thin.dropFirst()).allSatisfy { $0.x < $1.x })
    #expect(LinePath.thinned(Array(run.prefix(4))) == Array(run.prefix(4)))
  }

  @Test(
    arguments: [
      ([50, 10], [50, 10]), ([50, 52], [45, 57]), ([52, 50], [57, 45]), ([1, 2, 3], [0, 12, 24]),
      ([99, 98], [100, 88]), ([30, 40, 50], [28, 40, 52]), ([], []),
    ] as [([Double], [Double])])
  func labelsAreSpread(places: [Double], expected: [Double]) {
    #expect(spread(places, distance: 12, in: 0...100) == expected)
  }

  @Test func tooManyLabelsAreNotSpread() {
    #expect(spread([1, 2, 3], distance: 60, in: 0...100) == nil)
  }

  @Test func thingsWrap() {
    #expect(wrapped([30, 30, 30], gap: 10, width: 110) == [0..<3])
    #expect(wrapped([30, 30, 30], gap: 10, width: 109) == [0..<2, 2..<3])
    #expect(wrapped([300, 30, 30], gap: 10, width: 100) == [0..<1, 1..<3])
    #expect(wrapped([], gap: 10, width: 100).isEmpty)
  }

  @Test func labelsAvoidMarksAndEachOther() {
    let bounds = Rectangle(x: 0, y: 0, width: 300, height: 200)
    let marks = [Point(x: 100, y: 100), Point(x: 110, y: 100), Point(x: 105, y: 106)]
    var placement = LabelPlacement(
      bounds: bounds, marks: marks.map { Rectangle(around: $0, radius: 4) })
    let size = Size(width: 40, height: 12)
    let places = marks.compactMap { placement.place(size, at: $0, radius: 4) }
    #expect(places.count == 3)
    for (index, place) in places.enumerated() {
      #expect(bounds.contains(place.area))
      #expect(!marks.contains { Rectangle(around: $0, radius: 4).overlaps(place.area) })
      #expect(!places[..<index].contains { $0.area.overlaps(place.area) })
    }
  }

  @Test func labelsRatherAvoidLines() {
    let bounds = Rectangle(x: 0, y: 0, width: 300, height: 200)
    let mark = Point(x: 150, y: 100)
    let size = Size(width: 40, height: 12)
    func place(in bounds: Rectangle, lines: [Rectangle] = []) -> Rectangle? {
      var placement = LabelPlacement(bounds: bounds, marks: [], lines: lines)
      return placement.place(size, at: mark, radius: 4)?.area
    }
    let line = Rectangle.along([mark, Point(x: 300, y: 100)])
    #expect(place(in: bounds)?.x == 155)
    #expect(place(in: bounds, lines: line)?.right == 145)
    #expect(place(in: Rectangle(x: 140, y: 90, width: 30, height: 30)) == nil)
  }

  @Test func farLabelsHaveLeaders() {
    let mark = Point(x: 150, y: 100)
    var placement = LabelPlacement(
      bounds: Rectangle(x: 0, y: 0, width: 300, height: 200),
      marks: [Rectangle(around: mark, radius: 14)])
    let place = placement.place(Size(width: 40, height: 12), at: mark, radius: 11)
    #expect(place?.leaderEnd == Point(x: 175, y: 100))
  }

  @Test(arguments: [
    (1, 240.0, true), (3, 80, true), (10, 44, true), (37, 24, true), (100, 9, true), (112, 8, true),
    (113, 7, false), (450, 2, false), (1000, 0.9, false),
  ])
  func confusionCells(classCount: Int, cell: Double, showsNames: Bool) {
    let layout = ConfusionMatrixLayout(classCount: classCount, hasTitle: true, nameWidth: 60)
    #expect(layout.cell == cell)
    #expect(layout.showsNames == showsNames)
    #expect(layout.turnsNames == (cell - 6 < 60))
    #expect(layout.matrix.width == cell * Double(classCount))
    #expect(layout.colorScale.right < layout.size.width)
    #expect(layout.matrix.bottom < layout.size.height)
  }

  @Test func sheetIsAGrid() {
    let sheet = ContactSheetLayout(
      itemCount: 7, columns: 3, side: 100, lineCount: 2, hasTitle: false)
    #expect(sheet.size == Size(width: 364, height: 16 + 3 * (100 + 34 + 16)))
    #expect(sheet.cell(0) == Rectangle(x: 16, y: 16, width: 100, height: 100))
    #expect(sheet.cell(5) == Rectangle(x: 248, y: 166, width: 100, height: 100))
    let few = ContactSheetLayout(itemCount: 2, columns: 9, side: 100, lineCount: 0, hasTitle: false)
    #expect(few.size.width == 248)
    let pairs = ContactSheetLayout(
      itemCount: 3, columns: 2, side: 100, lineCount: 0, hasTitle: false, hasCompanions: true)
    #expect(pairs.size == Size(width: 16 + 2 * (204 + 16), height: 16 + 2 * (100 + 16)))
    #expect(pairs.cell(1) == Rectangle(x: 236, y: 16, width: 204, height: 100))
  }

  @Test func namesKeepTheirColors() {
    let styles = SeriesStyle.styles(of: ["a", "b", "a", "c"])
    #expect(styles["a"] == SeriesStyle(index: 0) && styles["c"] == SeriesStyle(index: 2))
    #expect(Set((0..<21).map { "\(SeriesStyle(index: $0))" }).count == 21)
  }
}
