import EdgeBoxes

/// One object in a picture.
public struct ObjectAnnotation: Hashable, Sendable {
  /// In pixels of the picture, upright; a pixel is the area from its number to the next.
  public var box: Box
  /// An index into ``PictureSource/classNames``.
  public var label: Int
  /// Many objects in one box (COCO): not trained on, and neither right nor wrong where it is found.
  public var isCrowd: Bool
  /// Hard to recognize (Pascal VOC): left out of its evaluation.
  public var isDifficult: Bool
  /// In pixels: of the object's outline where that is known, else of the box.
  public var area: Double
  /// The box can't be one of its picture: not trained on, but evaluated as the annotations have it, so
  /// that figures are those of other programs. Always among the data set's defects.
  public var isDefective = false

  /// - Parameter area: nil for the box's.
  public init(
    box: Box, label: Int, isCrowd: Bool = false, isDifficult: Bool = false, area: Double? = nil
  ) {
    self.box = box
    self.label = label
    self.isCrowd = isCrowd
    self.isDifficult = isDifficult
    self.area = area ?? box.area
  }

  /// Whether it is trained on.
  var isLearned: Bool { !isCrowd && !isDefective }
}

/// Pictures with the objects in them.
public protocol DetectionDataset: PictureSource {
  /// None where the picture shows nothing of the classes.
  func objects(at index: Int) -> [ObjectAnnotation]
  /// As the annotations state it; nil where they don't.
  func size(at index: Int) -> (width: Int, height: Int)?
  /// COCO's id of the picture, else its index.
  func identifier(at index: Int) -> Int
  /// COCO's id of each class, else numbers from 1 on.
  var categoryIdentifiers: [Int] { get }
}

extension DetectionDataset {
  public func size(at index: Int) -> (width: Int, height: Int)? { nil }
  public func identifier(at index: Int) -> Int { index }
  public var categoryIdentifiers: [Int] { Array(1..<classNames.count + 1) }

  /// The pictures that show an object that can be trained on.
  public var withoutEmpty: any DetectionDataset {
    let indices = (0..<count).filter { index in objects(at: index).contains(where: \.isLearned) }
    return indices.count == count ? self : DatasetSubset(self, indices: indices)
  }
}

extension Box {
  /// Annotations are rounded: so far beyond an edge, in pixels, a box still is of its picture.
  private static let tolerance = 1.0

  /// Why this box can't be one of a picture, whose size may be unknown; nil for a sound one.
  func defect(in size: (width: Int, height: Int)?) -> BoxDefect? {
    let corners = "(\(left), \(top)) to (\(right), \(bottom))"
    guard width > 0, height > 0 else {
      return BoxDefect(reason: "the box from \(corners) has no area")
    }
    guard let size else { return nil }
    let limits = (right: Double(size.width), bottom: Double(size.height))
    guard left >= -Self.tolerance, top >= -Self.tolerance,
      right <= limits.right + Self.tolerance, bottom <= limits.bottom + Self.tolerance
    else {
      return BoxDefect(
        reason: "the box from \(corners) reaches beyond the \(size.width)x\(size.height) pixels")
    }
    let inside = clamped(to: Box(left: 0, top: 0, right: limits.right, bottom: limits.bottom))
    guard inside.isEmpty else { return nil }
    return BoxDefect(
      reason: "the box from \(corners) is outside the \(size.width)x\(size.height) pixels")
  }
}
