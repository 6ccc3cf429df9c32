import Testing

@testable import EdgePlot

@Suite struct ClassPaletteTests {
  /// The values of the article that Oklab is from.
  @Test(
    arguments: [
      (0xFFFFFF, [1, 0, 0]), (0x000000, [0, 0, 0]), (0xFF0000, [0.62796, 0.22486, 0.12585]),
      (0x00FF00, [0.86644, -0.23389, 0.17950]), (0x0000FF, [0.45201, -0.03246, -0.31153]),
    ] as [(UInt32, [Double])])
  func perceivesAsOklab(rgb: UInt32, expected: [Double]) {
    let place = Color(rgb).perceived
    for (found, value) in zip([place.lightness, place.a, place.b], expected) {
      #expect(abs(found - value) < 2e-4)
    }
  }

  /// Two colors of Oklab that are 0.02 apart can just be told apart.
  @Test(arguments: [(8, 0.22), (21, 0.13), (80, 0.07), (256, 0.045)])
  func colorsDiffer(count: Int, distance: Double) {
    let places = ClassPalette.colors.prefix(count).map(\.perceived)
    var least = Double.infinity
    for (index, place) in places.enumerated() {
      for other in places[..<index] { least = min(least, place.distance(to: other)) }
    }
    #expect(least > distance)
  }

  @Test func colorsAreThoseOfTheClass() {
    #expect(ClassPalette.colors.count == 256)
    #expect(ClassPalette.color(0) == Color(0xDD3333))
    #expect(ClassPalette.color(257) == ClassPalette.color(1))
    #expect(ClassPalette.colors.allSatisfy { $0.perceived.chroma > 0.07 })
  }

  @Test func textsContrast() {
    for color in ClassPalette.colors {
      let distance = color.perceived.distance(to: color.contrasting.perceived)
      #expect(distance > 0.38)
    }
  }
}

@Suite struct OverlayLayoutTests {
  @Test(
    arguments: [
      (480, 480, 1, 2.0, 11.0), (640, 360, 1, 2, 11), (479, 200, 2, 2, 12.3806),
      (32, 32, 15, 2, 11),
      (1, 1, 16, 2, 11), (1600, 900, 1, 4, 24), (4000, 3000, 1, 12, 69.282),
      (30000, 2, 1, 2, 11),
    ] as [(Int, Int, Int, Double, Double)])
  func sizesFollowThePicture(width: Int, height: Int, factor: Int, line: Double, text: Double) {
    let style = OverlayStyle(width: width, height: height)
    #expect(style.factor == factor)
    #expect(style.lineWidth == line)
    #expect(abs(style.textSize - text) < 1e-3)
    #expect(style.tagHeight > style.textSize)
  }

  private let bounds = Rectangle(x: 0, y: 0, width: 300, height: 200)
  private let tag = Size(width: 60, height: 15)

  @Test(arguments: [
    (
      Rectangle(x: 50, y: 80, width: 100, height: 60),
      Rectangle(x: 50, y: 65, width: 60, height: 15)
    ),
    // Nothing is above: inside.
    (Rectangle(x: 50, y: 4, width: 100, height: 60), Rectangle(x: 50, y: 0, width: 60, height: 15)),
    (
      Rectangle(x: 280, y: 190, width: 20, height: 10),
      Rectangle(x: 240, y: 175, width: 60, height: 15)
    ),
    (
      Rectangle(x: -40, y: -40, width: 500, height: 500),
      Rectangle(x: 0, y: 0, width: 60, height: 15)
    ),
  ])
  func tagsStandAtTheUpperEdge(box: Rectangle, expected: Rectangle) {
    var placement = TagPlacement(bounds: bounds)
    #expect(placement.place(tag, at: box) == expected)
  }

  @Test func tagsAvoidEachOther() {
    var placement = TagPlacement(bounds: bounds)
    let box = Rectangle(x: 100, y: 60, width: 90, height: 90)
    // There is room for thirteen, one above the other.
    let places = (0..<13).map { _ in placement.place(tag, at: box) }
    for (index, place) in places.enumerated() {
      #expect(bounds.contains(place))
      #expect(!places[..<index].contains { $0.overlaps(place) })
    }
    #expect(placement.taken == places)
  }

  /// More than there is room for, and one that is wider than the picture.
  @Test func crowdedTagsStayInside() {
    var placement = TagPlacement(bounds: Rectangle(x: 0, y: 0, width: 80, height: 40))
    for _ in 0..<20 {
      let place = placement.place(tag, at: Rectangle(x: 10, y: 10, width: 20, height: 20))
      #expect(placement.bounds.contains(place))
    }
    let wide = placement.place(Size(width: 100, height: 15), at: placement.bounds)
    #expect(wide.x == 0 && wide.y >= 0)
  }

  @Test func areasAreShared() {
    let area = Rectangle(x: 10, y: 10, width: 20, height: 10)
    #expect(area.sharedArea(with: Rectangle(x: 20, y: 15, width: 50, height: 50)) == 50)
    #expect(area.sharedArea(with: Rectangle(x: 30, y: 10, width: 5, height: 5)) == 0)
    #expect(area.clamped(to: Rectangle(x: 0, y: 0, width: 15, height: 40)).right == 15)
    let outside = area.clamped(to: Rectangle(x: 50, y: 50, width: 15, height: 40))
    #expect(outside == Rectangle(x: 50, y: 50, width: 0, height: 0))
  }

  @Test func sharesAreSorted() {
    let labels: [UInt8] = [2, 0, 2, 2, 1, 255, 255, 255, 255, 0]
    #expect(
      ClassShare.all(in: labels, classes: 3) == [
        ClassShare(index: 2, share: 0.3), ClassShare(index: 0, share: 0.2),
        ClassShare(index: 1, share: 0.1),
      ])
    #expect(ClassShare.all(in: labels, classes: 1) == [ClassShare(index: 0, share: 0.2)])
    #expect(ClassShare(index: 0, share: 0.12345).percent == "12.3 %")
    #expect(ClassShare(index: 0, share: 0.0001).percent == "< 0.1 %")
    #expect(ClassShare(index: 0, share: 1).percent == "100.0 %")
  }

  @Test func legendsWrap() throws {
    let names = (0..<200).map { "class number \($0)" }
    let shares = (0..<200).map { ClassShare(index: $0, share: 0.005) }
    let ruler = try Canvas(width: 1, height: 1)
    let few = MaskLegend(
      Array(shares.prefix(2)), names: names, textSize: 10, width: 400, ruler: ruler)
    #expect(few.rows == [0..<2] && few.height == 26)
    let many = MaskLegend(shares, names: names, textSize: 10, width: 400, ruler: ruler)
    #expect(many.rows.last?.upperBound == 61)
    #expect(many.rows.count > 20)
    #expect(MaskLegend([], names: [], textSize: 10, width: 400, ruler: ruler).height == 0)
  }
}
