/// Finds places for the tags of boxes, one after the other: within the picture, and beside the tags
/// before rather than over them.
struct TagPlacement {
  /// The picture.
  let bounds: Rectangle
  private(set) var taken: [Rectangle] = []

  init(bounds: Rectangle) { self.bounds = bounds }

  /// A place at the box's upper edge, above it or inside; where tags are in the way, at its other
  /// edges or farther up or down. Where all places are taken, the one that covers least.
  mutating func place(_ size: Size, at box: Rectangle) -> Rectangle {
    let candidates = candidates(size, at: box)
    var best = candidates[0]
    var least = Double.infinity
    for candidate in candidates {
      let covered = taken.reduce(0) { $0 + $1.sharedArea(with: candidate) }
      if covered < least { (best, least) = (candidate, covered) }
      if covered == 0 { break }
    }
    taken.append(best)
    return best
  }

  private static let steps = 12

  /// Never empty.
  private func candidates(_ size: Size, at box: Rectangle) -> [Rectangle] {
    let (above, below) = (box.y - size.height, box.bottom)
    let (first, last) = (box.y, box.bottom - size.height)
    let (left, right) = (box.x, box.right - size.width)
    var corners = [
      Point(x: left, y: above), Point(x: left, y: first), Point(x: right, y: above),
      Point(x: right, y: first), Point(x: left, y: below), Point(x: left, y: last),
      Point(x: right, y: below), Point(x: right, y: last),
    ]
    for step in 1...Self.steps {
      let offset = Double(step) * size.height
      corners.append(Point(x: left, y: first + offset))
      corners.append(Point(x: left, y: above - offset))
      corners.append(Point(x: right, y: first + offset))
      corners.append(Point(x: right, y: above - offset))
    }
    return corners.map { corner in
      Rectangle(
        x: max(min(corner.x, bounds.right - size.width), bounds.x),
        y: max(min(corner.y, bounds.bottom - size.height), bounds.y), width: size.width,
        height: size.height)
    }
  }
}

extension Rectangle {
  /// How much of both areas is the same.
  func sharedArea(with other: Rectangle) -> Double {
    let width = min(right, other.right) - max(x, other.x)
    let height = min(bottom, other.bottom) - max(y, other.y)
    return width > 0 && height > 0 ? width * height : 0
  }

  /// With every edge moved to the nearest place within another area.
  func clamped(to bounds: Rectangle) -> Rectangle {
    let (left, top) = (min(max(x, bounds.x), bounds.right), min(max(y, bounds.y), bounds.bottom))
    return Rectangle(
      x: left, y: top, width: min(max(right, left), bounds.right) - left,
      height: min(max(bottom, top), bounds.bottom) - top)
  }
}
