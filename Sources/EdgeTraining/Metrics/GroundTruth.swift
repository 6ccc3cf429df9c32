import EdgeBoxes

/// An object that detections are judged by.
public struct GroundTruth: Hashable, Sendable {
  /// In pixels, as the detections are.
  public var box: Box
  /// An index into the class names, without the background.
  public var label: Int
  /// In square pixels: that of the object's outline, where it is known, else of its box.
  public var area: Double
  /// Whether the box holds many objects: COCO expects none of them, nor blames what is found there.
  public var isCrowd: Bool
  /// Whether PASCAL VOC neither expects it nor blames what is found there.
  public var isDifficult: Bool

  /// - Parameter area: that of the box, if it is nil.
  public init(
    box: Box, label: Int, area: Double? = nil, isCrowd: Bool = false, isDifficult: Bool = false
  ) {
    self.box = box
    self.label = label
    self.area = area ?? box.area
    self.isCrowd = isCrowd
    self.isDifficult = isDifficult
  }
}
