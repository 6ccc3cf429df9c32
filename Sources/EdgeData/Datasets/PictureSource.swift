/// Pictures in a fixed order.
///
/// Any thread may read any picture at any time.
public protocol PictureSource: Sendable {
  /// The classes of what the pictures show; labels are indices into this list.
  var classNames: [String] { get }
  /// The number of pictures.
  var count: Int { get }
  /// What tells a picture from all others of the data set, wherever that lies: usually
  /// `CLASS/FILE`. Its augmentation is drawn by this name.
  func name(at index: Int) -> String
  /// The picture; read anew with every call.
  func content(at index: Int) throws(DatasetError) -> SampleContent
  /// Annotations that were left out as the data set was opened, or are left out of training.
  var defects: [AnnotationDefect] { get }
}

extension PictureSource {
  public var defects: [AnnotationDefect] { [] }
}
