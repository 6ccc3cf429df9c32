/// Pictures with one class each.
public protocol ImageDataset: PictureSource {
  /// The class of a picture, an index into ``PictureSource/classNames``.
  func label(at index: Int) -> Int
}
