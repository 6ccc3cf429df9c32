/// Pictures with one class each.
public protocol ImageDataset: PictureSource {
  /// The class of a picture, an index into ``PictureSource/classNames``.
  func label(at index: Int) -> Int
}

/// Some pictures of a data set.
public struct DatasetSubset: ImageDataset {
  public let base: any ImageDataset
  /// The pictures' indices in ``base``.
  public let indices: [Int]

  /// - Precondition: every index is one of `base`.
  public init(_ base: any ImageDataset, indices: [Int]) {
    base.check(indices)
    self.base = base
    self.indices = indices
  }

  public var classNames: [String] { base.classNames }
  public var count: Int { indices.count }

  public func label(at index: Int) -> Int { base.label(at: indices[index]) }
  public func name(at index: Int) -> String { base.name(at: indices[index]) }

  public func content(at index: Int) throws(DatasetError) -> SampleContent {
    try base.content(at: indices[index])
  }
}
