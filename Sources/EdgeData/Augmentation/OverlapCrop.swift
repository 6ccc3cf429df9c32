import EdgeBoxes
import EdgeGraph

/// SSD's random part of a picture, which overlaps one of the objects by a drawn share (Liu et al.,
/// arXiv:1512.02325, section 2.2; the ranges are cvnets').
public struct OverlapCrop: Sendable, Equatable {
  /// One is drawn: the intersection over union that the part has with at least one box. 0 leaves
  /// the picture as it is.
  public var overlaps = [0, 0.1, 0.3, 0.5, 0.7, 0.9, 1]
  /// Of both sides, in proportion to the picture's.
  public var sides: ClosedRange<Double> = 0.3...1
  /// Of the part's height to its width.
  public var aspect: ClosedRange<Double> = 0.5...2

  public init() {}

  /// How many parts are tried for one overlap.
  private static let tries = 40
  /// How many overlaps are drawn before the picture is left as it is; with the usual ones, one in
  /// seven ends it earlier.
  private static let rounds = 50

  /// The part of a picture; all of it where there are no boxes.
  ///
  /// - Precondition: there are `overlaps`, and `sides` are from 0 to 1.
  func window(
    width: Int, height: Int, boxes: [Box], random: inout RandomStream
  ) -> PixelWindow {
    precondition(!overlaps.isEmpty && sides.lowerBound >= 0 && sides.upperBound <= 1)
    let whole = PixelWindow(x: 0, y: 0, width: width, height: height)
    if boxes.isEmpty { return whole }
    for _ in 0..<Self.rounds {
      let overlap = overlaps[random.integer(below: overlaps.count)]
      if overlap == 0 { return whole }
      for _ in 0..<Self.tries {
        guard let window = drawn(width, height, &random) else { continue }
        let area = Box(window)
        let best = boxes.map { $0.overlap(with: area) }.max() ?? 0
        if best >= overlap, boxes.contains(where: { $0.hasCenter(in: area) }) { return window }
      }
    }
    return whole
  }

  private func drawn(_ width: Int, _ height: Int, _ random: inout RandomStream) -> PixelWindow? {
    let columns = random.uniform(in: sides) * Double(width)
    let rows = random.uniform(in: sides) * Double(height)
    guard aspect.contains(rows / columns) else { return nil }
    let left = random.uniform() * (Double(width) - columns)
    let top = random.uniform() * (Double(height) - rows)
    let window = PixelWindow(
      x: Int(left), y: Int(top), width: Int(left + columns) - Int(left),
      height: Int(top + rows) - Int(top))
    return window.width > 0 && window.height > 0 ? window : nil
  }

  /// The objects whose centers are in a part, in its pixels, and cut off at its edges.
  static func objects(_ objects: [ObjectAnnotation], in window: PixelWindow) -> [ObjectAnnotation] {
    let area = Box(window)
    return objects.filter { $0.box.hasCenter(in: area) }.map { object in
      object.with(
        Box(
          left: max(object.box.left, area.left) - area.left,
          top: max(object.box.top, area.top) - area.top,
          right: min(object.box.right, area.right) - area.left,
          bottom: min(object.box.bottom, area.bottom) - area.top))
    }
  }
}

extension Box {
  fileprivate init(_ window: PixelWindow) {
    self.init(
      left: Double(window.x), top: Double(window.y), right: Double(window.x + window.width),
      bottom: Double(window.y + window.height))
  }

  /// Whether its center lies within another, not on an edge.
  fileprivate func hasCenter(in other: Box) -> Bool {
    let (x, y) = ((left + right) / 2, (top + bottom) / 2)
    return other.left < x && x < other.right && other.top < y && y < other.bottom
  }
}

extension ObjectAnnotation {
  /// The same object in a changed picture; what is known of its area is now that of the box.
  func with(_ box: Box) -> ObjectAnnotation {
    ObjectAnnotation(box: box, label: label, isCrowd: isCrowd, isDifficult: isDifficult)
  }
}
