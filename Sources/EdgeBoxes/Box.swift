/// A rectangle by its corners, in pixels or in fractions of an image.
public struct Box: Hashable, Sendable {
  public var left, top, right, bottom: Double

  /// Where a right or lower edge lies before its opposite, the box is empty.
  public init(left: Double, top: Double, right: Double, bottom: Double) {
    self.left = left
    self.top = top
    self.right = right
    self.bottom = bottom
  }

  /// Never negative, nor NaN.
  public var width: Double { max(0, right - left) }

  /// Never negative, nor NaN.
  public var height: Double { max(0, bottom - top) }

  public var area: Double { width * height }

  /// Whether the box has no width or no height.
  public var isEmpty: Bool { width == 0 || height == 0 }

  /// What both boxes cover; nil where they share no area.
  public func intersection(_ other: Box) -> Box? {
    let shared = Box(
      left: max(left, other.left), top: max(top, other.top),
      right: min(right, other.right), bottom: min(bottom, other.bottom))
    return shared.isEmpty ? nil : shared
  }

  /// Intersection over union, from 0 to 1; 0 for boxes that share no area.
  public func overlap(with other: Box) -> Double {
    guard let shared = intersection(other)?.area, shared > 0 else { return 0 }
    return shared / (area + other.area - shared)
  }

  /// The box in an image that is resized by these factors.
  public func scaled(x: Double, y: Double) -> Box {
    Box(left: left * x, top: top * y, right: right * x, bottom: bottom * y)
  }

  /// The box with every edge moved to the nearest place within `bounds`; empty where the boxes
  /// share no area.
  public func clamped(to bounds: Box) -> Box {
    Box(
      left: min(max(left, bounds.left), bounds.right),
      top: min(max(top, bounds.top), bounds.bottom),
      right: min(max(right, bounds.left), bounds.right),
      bottom: min(max(bottom, bounds.top), bounds.bottom))
  }
}
