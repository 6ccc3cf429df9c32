/// Pictures with one class each, in a fixed order.
///
/// Any thread may read any picture at any time.
public protocol ImageDataset: Sendable {
  /// The classes; labels are indices into this list.
  var classNames: [String] { get }
  /// The number of pictures.
  var count: Int { get }
  /// The class of a picture, an index into ``classNames``.
  func label(at index: Int) -> Int
  /// What tells a picture from all others of the data set, wherever that lies: usually
  /// `CLASS/FILE`. Its augmentation is drawn by this name.
  func name(at index: Int) -> String
  /// The picture; read anew with every call.
  func content(at index: Int) throws(DatasetError) -> SampleContent
}

/// Some pictures of a data set.
public struct DatasetSubset: ImageDataset {
  public let base: any ImageDataset
  /// The pictures' indices in ``base``.
  public let indices: [Int]

  /// - Precondition: every index is one of `base`.
  public init(_ base: any ImageDataset, indices: [Int]) {
    precondition(indices.allSatisfy { 0..<base.count ~= $0 }, "an index beyond \(base.count)")
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
