/// A place, or a pair of values of a chart.
public struct Point: Sendable, Equatable {
  public var x, y: Double

  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// Width and height, in points.
public struct Size: Sendable, Equatable {
  public var width, height: Double

  public init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }
}

/// An area in points: `x` to the right and `y` down from the canvas's top left corner.
public struct Rectangle: Sendable, Equatable {
  public var x, y, width, height: Double

  public init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  var right: Double { x + width }
  var bottom: Double { y + height }
  var center: Point { Point(x: x + width / 2, y: y + height / 2) }

  /// The area without a border, which may be negative to add one.
  func inset(by border: Double) -> Rectangle {
    Rectangle(
      x: x + border, y: y + border, width: width - 2 * border, height: height - 2 * border)
  }

  func overlaps(_ other: Rectangle) -> Bool {
    x < other.right && other.x < right && y < other.bottom && other.y < bottom
  }

  func contains(_ other: Rectangle) -> Bool {
    x <= other.x && other.right <= right && y <= other.y && other.bottom <= bottom
  }

  /// The largest area of another one's proportions that lies in the middle of this.
  func fitting(width otherWidth: Double, height otherHeight: Double) -> Rectangle {
    let scale = min(width / otherWidth, height / otherHeight)
    let size = Size(width: otherWidth * scale, height: otherHeight * scale)
    return Rectangle(
      x: x + (width - size.width) / 2, y: y + (height - size.height) / 2, width: size.width,
      height: size.height)
  }
}
