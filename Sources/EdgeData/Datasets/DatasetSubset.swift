/// Some pictures of a data set, of the same kind.
public struct DatasetSubset<Base: PictureSource>: PictureSource {
  public let base: Base
  /// The pictures' indices in ``base``.
  public let indices: [Int]

  /// - Precondition: every index is one of `base`.
  public init(_ base: Base, indices: [Int]) {
    precondition(indices.allSatisfy { 0..<base.count ~= $0 }, "an index beyond \(base.count)")
    self.base = base
    self.indices = indices
  }

  public var classNames: [String] { base.classNames }
  public var defects: [AnnotationDefect] { base.defects }
  public var count: Int { indices.count }
  public func name(at index: Int) -> String { base.name(at: indices[index]) }

  public func content(at index: Int) throws(DatasetError) -> SampleContent {
    try base.content(at: indices[index])
  }
}

extension DatasetSubset: ImageDataset where Base: ImageDataset {
  public func label(at index: Int) -> Int { base.label(at: indices[index]) }
}

extension DatasetSubset: DetectionDataset where Base: DetectionDataset {
  public var categoryIdentifiers: [Int] { base.categoryIdentifiers }
  public func objects(at index: Int) -> [ObjectAnnotation] { base.objects(at: indices[index]) }
  public func identifier(at index: Int) -> Int { base.identifier(at: indices[index]) }

  public func size(at index: Int) -> (width: Int, height: Int)? {
    base.size(at: indices[index])
  }
}

extension DatasetSubset: SegmentationDataset where Base: SegmentationDataset {
  public func mask(at index: Int) throws(DatasetError) -> Mask {
    try base.mask(at: indices[index])
  }
}
