/// A thing in a picture, with what it is taken for.
public struct LabeledBox: Sendable, Equatable {
  /// In pixels of the picture.
  public var area: Rectangle
  public var name: String
  /// From 0 to 1; nil where nobody guessed.
  public var score: Double?
  /// The number of the class, which chooses the color; not negative.
  public var index: Int

  public init(_ area: Rectangle, name: String, score: Double? = nil, index: Int) {
    precondition(index >= 0, "a class of number \(index)")
    self.area = area
    self.name = name
    self.score = score
    self.index = index
  }

  /// The name, and the score with two decimals.
  var tag: String {
    guard let score, score.isFinite else { return name }
    return "\(name) \(NumberText.fixed(score, decimals: 2))"
  }
}

/// A picture with what a network found in it drawn over it: boxes, or the class of every pixel.
///
/// Small pictures are enlarged by a whole number first, so that texts can be read; lines and texts
/// of larger ones grow with them.
public struct PictureOverlay: Sendable {
  /// Of the picture as it was given.
  public let width, height: Int
  let picture: Bitmap
  let style: OverlayStyle

  /// - Parameter pixels: RGB, `[height, width, 3]`.
  /// - Throws: ``PlotError/invalidBitmap(width:height:found:)``.
  public init(width: Int, height: Int, pixels: [UInt8]) throws(PlotError) {
    try self.init(Bitmap(width: width, height: height, pixels: pixels))
  }

  public init(_ picture: Bitmap) throws(PlotError) {
    width = picture.width
    height = picture.height
    style = OverlayStyle(width: width, height: height)
    self.picture = try picture.enlarged(by: style.factor)
  }

  /// Where the picture lies in what is drawn, enlarged.
  var area: Rectangle {
    Rectangle(x: 0, y: 0, width: Double(picture.width), height: Double(picture.height))
  }

  /// The picture with a frame and a tag for each box; the first boxes lie on top and have the first
  /// choice of places for their tags.
  ///
  /// - Throws: a ``PlotError`` where nothing can be drawn.
  public func boxes(_ boxes: [LabeledBox]) throws(PlotError) -> Bitmap {
    var canvas = try Canvas(width: area.width, height: area.height)
    canvas.image(picture, in: area, smooth: false)
    let inside = area.inset(by: style.lineWidth / 2)
    for box in boxes.reversed() {
      canvas.frame(
        enlarged(box.area).clamped(to: inside), width: style.lineWidth,
        ClassPalette.color(box.index))
    }
    var placement = TagPlacement(bounds: area)
    var tags: [Tag] = []
    for box in boxes { tags.append(tag(of: box, &placement, canvas)) }
    for (box, tag) in zip(boxes, tags).reversed() {
      draw(tag, ClassPalette.color(box.index), on: &canvas)
    }
    return try canvas.bitmap()
  }

  private struct Tag {
    let text: String
    let place: Rectangle
  }

  private var textStyle: TextStyle { TextStyle(size: style.textSize, weight: .bold) }

  private func tag(
    of box: LabeledBox, _ placement: inout TagPlacement, _ canvas: borrowing Canvas
  ) -> Tag {
    let text = canvas.shortened(box.tag, to: area.width - 2 * style.tagPadding, textStyle)
    let width = canvas.width(of: text, textStyle) + 2 * style.tagPadding
    let frame = enlarged(box.area).clamped(to: area).inset(by: -style.lineWidth / 2)
    let place = placement.place(Size(width: width, height: style.tagHeight), at: frame)
    return Tag(text: text, place: place)
  }

  private func draw(_ tag: Tag, _ color: Color, on canvas: inout Canvas) {
    canvas.fill(tag.place, color)
    canvas.text(
      tag.text, at: Point(x: tag.place.x + style.tagPadding, y: tag.place.center.y),
      textStyle.colored(color.contrasting), anchor: TextAnchor(.left, .middle))
  }

  private func enlarged(_ area: Rectangle) -> Rectangle {
    let factor = Double(style.factor)
    return Rectangle(
      x: area.x * factor, y: area.y * factor, width: area.width * factor,
      height: area.height * factor)
  }
}

extension Color {
  /// Black or white, whichever can be read on this color.
  var contrasting: Color { perceived.lightness > 0.62 ? .black : .white }
}
