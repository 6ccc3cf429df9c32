/// How a text looks. The typeface is DejaVu Sans, or what the system has in its place.
public struct TextStyle: Sendable, Equatable {
  public enum Weight: Sendable { case regular, bold }

  /// Of the em square, in points.
  public var size: Double
  public var weight: Weight
  public var color: Color

  public init(size: Double = 11, weight: Weight = .regular, color: Color = .black) {
    self.size = size
    self.weight = weight
    self.color = color
  }

  static let title = TextStyle(size: 15, weight: .bold, color: .ink)
  static let heading = TextStyle(size: 12, weight: .bold, color: .ink)
  static let label = TextStyle(size: 11, color: .ink)
  static let tick = TextStyle(size: 10.5, color: .secondaryInk)

  func colored(_ color: Color) -> TextStyle {
    TextStyle(size: size, weight: weight, color: color)
  }

  var lineHeight: Double { size * 1.3 }
}

/// Which part of a text stands at the point that is given for it.
public struct TextAnchor: Sendable, Equatable {
  public enum Horizontal: Sendable { case left, center, right }

  /// `middle` is half the height of a capital letter.
  public enum Vertical: Sendable { case top, middle, baseline, bottom }

  public var horizontal: Horizontal
  public var vertical: Vertical

  public init(_ horizontal: Horizontal, _ vertical: Vertical) {
    self.horizontal = horizontal
    self.vertical = vertical
  }

  /// From the anchor to the start of the baseline, for an upright text of this width; by the
  /// measures of DejaVu Sans, so that all texts of a size stand on the same line.
  func offset(width: Double, size: Double) -> Point {
    let x =
      switch horizontal {
      case .left: 0.0
      case .center: -width / 2
      case .right: -width
      }
    let y =
      switch vertical {
      case .top: 0.76 * size
      case .middle: 0.365 * size
      case .baseline: 0.0
      case .bottom: -0.24 * size
      }
    return Point(x: x, y: y)
  }
}
