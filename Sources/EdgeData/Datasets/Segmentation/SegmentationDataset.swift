/// Pictures with the class of every pixel.
public protocol SegmentationDataset: PictureSource {
  /// Read anew with every call, and checked: it has the size of the upright picture, and no labels
  /// beyond the classes but ``Mask/ignored``.
  func mask(at index: Int) throws(DatasetError) -> Mask
}
