/// An object that was found in an image.
public struct Detection: Hashable, Sendable {
  /// In pixels or in fractions of the image, as the one who gives it says.
  public var box: Box
  /// An index into the data set's class names; the background is not a class.
  public var label: Int
  /// How likely it is, from 0 to 1.
  public var score: Double

  public init(box: Box, label: Int, score: Double) {
    self.box = box
    self.label = label
    self.score = score
  }
}
