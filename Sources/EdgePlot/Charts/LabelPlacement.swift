/// Finds places for the labels of marks where they cover nothing.
struct LabelPlacement {
  /// Where labels may be.
  let bounds: Rectangle
  /// What they must not cover: marks, and labels with their leaders that are placed already.
  private(set) var taken: [Rectangle]
  /// What they rather don't cover: lines.
  let lines: [Rectangle]

  init(bounds: Rectangle, marks: [Rectangle], lines: [Rectangle] = []) {
    self.bounds = bounds
    taken = marks
    self.lines = lines
  }

  struct Place: Equatable {
    let area: Rectangle
    /// So far from the mark that a line has to lead to the label: its end.
    let leaderEnd: Point?
  }

  /// A place for a label of this size, first close to the mark and then farther away; nil where
  /// there is none. What is placed is in the way of the next.
  mutating func place(_ size: Size, at mark: Point, radius: Double) -> Place? {
    let candidates = Self.distances.flatMap { distance in
      Self.candidates(size, at: mark, distance: radius + distance).map { area in
        Place(area: area, leaderEnd: distance > Self.distances[0] ? area.nearest(to: mark) : nil)
      }
    }.filter { isFree($0, mark, radius) }
    let clear = candidates.first { place in !lines.contains { $0.overlaps(place.area) } }
    guard let place = clear ?? candidates.first else { return nil }
    taken.append(place.area)
    taken += Self.leader(of: place, mark, radius)
    return place
  }

  private static let distances = [1.0, 14, 28, 44]

  /// Whether a label and its leader cover nothing.
  private func isFree(_ place: Place, _ mark: Point, _ radius: Double) -> Bool {
    guard bounds.contains(place.area), !taken.contains(where: { $0.overlaps(place.area) }) else {
      return false
    }
    let leader = Self.leader(of: place, mark, radius)
    return !taken.contains { other in leader.contains { $0.overlaps(other) } }
  }

  /// What a leader covers beyond its own mark.
  private static func leader(of place: Place, _ mark: Point, _ radius: Double) -> [Rectangle] {
    guard let end = place.leaderEnd else { return [] }
    let own = Rectangle(around: mark, radius: radius + 2)
    return Rectangle.along([mark, end]).filter { !$0.overlaps(own) }
  }

  /// To the right, left, above, below and across, at a distance from the mark's center.
  private static func candidates(_ size: Size, at mark: Point, distance: Double) -> [Rectangle] {
    let (d, slant) = (distance, distance * 0.7)
    let (w, h) = (size.width, size.height)
    let corners = [
      (d, -h / 2), (-d - w, -h / 2), (-w / 2, -d - h), (-w / 2, d), (slant, -slant - h),
      (-slant - w, -slant - h), (slant, slant), (-slant - w, slant),
    ]
    return corners.map { Rectangle(x: mark.x + $0, y: mark.y + $1, width: w, height: h) }
  }
}

extension Rectangle {
  init(around center: Point, radius: Double) {
    self.init(x: center.x - radius, y: center.y - radius, width: 2 * radius, height: 2 * radius)
  }

  /// Small squares that cover a path.
  static func along(_ path: [Point]) -> [Rectangle] {
    zip(path, path.dropFirst()).flatMap { start, end in
      let length = max(abs(end.x - start.x), abs(end.y - start.y))
      let count = max(Int(length / 3), 1)
      return (0...count).map { step in
        let share = Double(step) / Double(count)
        let place = Point(
          x: start.x + (end.x - start.x) * share, y: start.y + (end.y - start.y) * share)
        return Rectangle(around: place, radius: 1)
      }
    }
  }

  func nearest(to point: Point) -> Point {
    Point(x: min(max(point.x, x), right), y: min(max(point.y, y), bottom))
  }
}
