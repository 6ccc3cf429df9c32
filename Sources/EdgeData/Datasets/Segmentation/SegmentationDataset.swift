/// Pictures with the class of every pixel.
public protocol SegmentationDataset: PictureSource {
  /// Read anew with every call, and checked: it has the size of the upright picture, and no labels
  /// beyond the classes but ``Mask/ignored``.
  func mask(at index: Int) throws(DatasetError) -> Mask
  /// What was left out as it was opened.
  var defects: [AnnotationDefect] { get }
}

extension SegmentationDataset {
  public var defects: [AnnotationDefect] { [] }
}

/// Some pictures of a data set.
public struct SegmentationSubset: SegmentationDataset {
  public let base: any SegmentationDataset
  /// The pictures' indices in ``base``.
  public let indices: [Int]

  /// - Precondition: every index is one of `base`.
  public init(_ base: any SegmentationDataset, indices: [Int]) {
    base.check(indices)
    self.base = base
    self.indices = indices
  }

  public var classNames: [String] { base.classNames }
  public var defects: [AnnotationDefect] { base.defects }
  public var count: Int { indices.count }

  public func name(at index: Int) -> String { base.name(at: indices[index]) }

  public func mask(at index: Int) throws(DatasetError) -> Mask {
    try base.mask(at: indices[index])
  }

  public func content(at index: Int) throws(DatasetError) -> SampleContent {
    try base.content(at: indices[index])
  }
}
