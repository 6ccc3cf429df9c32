/// What a network with these anchors should say of an image.
///
/// Each anchor takes the object that it overlaps most; then each object claims the anchor that it
/// overlaps most, and of two that claim the same one the later gets it. Other anchors below the
/// threshold are background. All in float32, overlaps with 10⁻⁵ added to the union, as in the
/// official ParC-Net code (`cvnets/misc/third_party/ssd_utils.py`), but that objects without area
/// are passed over: their offsets would be infinite.
public struct AnchorMatcher: Hashable, Sendable {
  /// The training targets of an image.
  public struct Targets: Hashable, Sendable {
    /// `[anchors]`: 0 for background, else an object's label + 1.
    public var labels: [Float]
    /// `[anchors, 4]`: offsets as ``BoxCoder`` has them; 0 for background.
    public var locations: [Float]
  }

  public let grid: AnchorGrid
  public let threshold: Double
  public let coder: BoxCoder
  /// Left, top, right and bottom of the anchors, and their areas.
  private let corners: [SIMD4<Float>]
  private let areas: [Float]

  /// - Parameter threshold: intersection over union from which an anchor has an object.
  public init(grid: AnchorGrid, threshold: Double = 0.5, coder: BoxCoder = BoxCoder()) {
    self.grid = grid
    self.threshold = threshold
    self.coder = coder
    corners = (0..<grid.count).map { index in
      let anchor = grid.values.four(at: index)
      let half = anchor.highHalf * 0.5
      return SIMD4(lowHalf: anchor.lowHalf - half, highHalf: anchor.lowHalf + half)
    }
    areas = corners.map(\.boxArea)
  }

  /// - Parameters:
  ///   - boxes: in fractions of the image.
  ///   - labels: one for each box.
  /// - Precondition: there are as many labels as boxes.
  public func targets(boxes: [Box], labels: [Int]) -> Targets {
    var values = [Float](repeating: 0, count: 5 * grid.count)
    var span = values.mutableSpan
    write(boxes: boxes, labels: labels, into: &span)
    return Targets(
      labels: Array(values[..<grid.count]), locations: Array(values[grid.count...]))
  }

  /// The same, written where a batch has it: labels, then locations.
  ///
  /// - Precondition: `output` has 5 numbers for each anchor.
  public func write(boxes: [Box], labels: [Int], into output: inout MutableSpan<Float>) {
    precondition(boxes.count == labels.count, "\(labels.count) labels for \(boxes.count) boxes")
    precondition(output.count == 5 * grid.count, "\(output.count) targets of \(grid.count) anchors")
    let objects = zip(boxes, labels).compactMap { box, label in
      Self.corners(box).map { (box: $0, label: label) }
    }
    let owners = owners(of: objects.map(\.box))
    for (anchor, owner) in owners.enumerated() {
      var offset = SIMD4<Float>.zero
      if let owner {
        output[anchor] = Float(objects[owner].label + 1)
        offset = coder.offset(of: objects[owner].box, from: grid.values.four(at: anchor))
      } else {
        output[anchor] = 0
      }
      for lane in 0..<4 { output[grid.count + 4 * anchor + lane] = offset[lane] }
    }
  }

  /// For each anchor, the object that it stands for; nil for background.
  private func owners(of boxes: [SIMD4<Float>]) -> [Int?] {
    var owners = [Int?](repeating: nil, count: grid.count)
    var best = [Float](repeating: -1, count: grid.count)
    var claims: [Int] = []
    for (index, box) in boxes.enumerated() {
      let area = box.boxArea
      var claim = (anchor: 0, overlap: Float(-1))
      for anchor in corners.indices {
        let shared = box.sharedArea(with: corners[anchor])
        let overlap = shared / (area + areas[anchor] - shared + 1e-5)
        if overlap > claim.overlap { claim = (anchor, overlap) }
        guard overlap > best[anchor] else { continue }
        best[anchor] = overlap
        owners[anchor] = overlap < Float(threshold) ? nil : index
      }
      claims.append(claim.anchor)
    }
    guard !owners.isEmpty else { return [] }
    for (index, anchor) in claims.enumerated() { owners[anchor] = index }
    return owners
  }

  /// A box in float32; nil where it has no area there, or isn't finite.
  private static func corners(_ box: Box) -> SIMD4<Float>? {
    let corners = SIMD4(
      Float(box.left), Float(box.top), Float(box.right), Float(box.bottom))
    let size = corners.highHalf - corners.lowHalf
    return size.x > 0 && size.y > 0 && size.x.isFinite && size.y.isFinite ? corners : nil
  }
}
