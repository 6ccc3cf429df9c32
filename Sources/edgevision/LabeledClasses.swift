import EdgeData
import EdgeVision

/// Which of a network's classes those of a data set are: looked up by name, or taken in their order
/// where the weights hold no names.
struct LabelTranslation {
  /// The network's.
  let classNames: [String]
  /// For each label of the data set, that of the network.
  let labels: [Int]

  init(_ found: [String], of network: PretrainedNetwork) throws(LabelMismatch) {
    guard let known = network.metadata.classNames else {
      guard found.count == network.classCount else {
        throw .count(expected: network.classCount, found: found.count)
      }
      labels = Array(found.indices)
      classNames = found
      return
    }
    var labels: [Int] = []
    for name in found {
      guard let label = known.firstIndex(of: name) else {
        throw .unknown(name: name, known: known)
      }
      labels.append(label)
    }
    self.labels = labels
    classNames = known
  }
}

/// A data set whose labels are those of a network: all else is that of the pictures as they were.
protocol TranslatedDataset: PictureSource {
  var pictures: any PictureSource { get }
  var translation: LabelTranslation { get }
}

extension TranslatedDataset {
  var classNames: [String] { translation.classNames }
  var count: Int { pictures.count }
  var defects: [AnnotationDefect] { pictures.defects }
  func name(at index: Int) -> String { pictures.name(at: index) }
  func content(at index: Int) throws(DatasetError) -> SampleContent {
    try pictures.content(at: index)
  }
}

/// Pictures whose labels are those of a network.
struct LabeledClasses: ImageDataset, TranslatedDataset {
  private let base: any ImageDataset
  let translation: LabelTranslation

  init(_ base: any ImageDataset, of network: PretrainedNetwork) throws(LabelMismatch) {
    self.base = base
    translation = try LabelTranslation(base.classNames, of: network)
  }

  var pictures: any PictureSource { base }
  func label(at index: Int) -> Int { translation.labels[base.label(at: index)] }
}

/// Objects whose labels are those of a network.
struct LabeledObjects: DetectionDataset, TranslatedDataset {
  private let base: any DetectionDataset
  let translation: LabelTranslation
  /// Of the network's classes; 0 for those that the data set doesn't have.
  let categoryIdentifiers: [Int]

  init(_ base: any DetectionDataset, of network: PretrainedNetwork) throws(LabelMismatch) {
    self.base = base
    translation = try LabelTranslation(base.classNames, of: network)
    var identifiers = [Int](repeating: 0, count: translation.classNames.count)
    for (label, identifier) in zip(translation.labels, base.categoryIdentifiers) {
      identifiers[label] = identifier
    }
    categoryIdentifiers = identifiers
  }

  var pictures: any PictureSource { base }
  func size(at index: Int) -> (width: Int, height: Int)? { base.size(at: index) }
  func identifier(at index: Int) -> Int { base.identifier(at: index) }

  func objects(at index: Int) -> [ObjectAnnotation] {
    base.objects(at: index).map { object in
      var object = object
      object.label = translation.labels[object.label]
      return object
    }
  }
}

/// Masks whose labels are those of a network.
struct LabeledMasks: SegmentationDataset, TranslatedDataset {
  private let base: any SegmentationDataset
  let translation: LabelTranslation

  init(_ base: any SegmentationDataset, of network: PretrainedNetwork) throws(LabelMismatch) {
    self.base = base
    translation = try LabelTranslation(base.classNames, of: network)
  }

  var pictures: any PictureSource { base }

  func mask(at index: Int) throws(DatasetError) -> Mask {
    let mask = try base.mask(at: index)
    guard translation.labels != Array(translation.labels.indices) else { return mask }
    var table = [UInt8](repeating: Mask.ignored, count: 256)
    for (label, own) in translation.labels.enumerated() {
      table[label] = UInt8(clamping: own)
    }
    return Mask(
      width: mask.width, height: mask.height, labels: mask.labels.map { table[Int($0)] })
  }
}

/// Why a data set's classes are not those of a network.
enum LabelMismatch: Error, Equatable, CustomStringConvertible {
  case count(expected: Int, found: Int)
  case unknown(name: String, known: [String])

  var description: String {
    switch self {
    case .count(let expected, let found):
      "the network tells \(expected) classes apart, the data set has \(found)"
    case .unknown(let name, let known):
      "the data set's class '\(name)' is none of the network's: "
        + known.prefix(20).joined(separator: ", ") + (known.count > 20 ? ", ..." : "")
    }
  }
}
