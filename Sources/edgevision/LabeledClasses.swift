import EdgeData
import EdgeVision

/// A data set whose labels are those of a network: its folders' names are looked up among the
/// network's classes, or taken in sorted order where the weights hold no names.
struct LabeledClasses: ImageDataset {
  private let base: any ImageDataset
  private let labels: [Int]
  let classNames: [String]

  init(_ base: any ImageDataset, of network: PretrainedNetwork) throws(LabelMismatch) {
    self.base = base
    let found = base.classNames
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

  var count: Int { base.count }
  func label(at index: Int) -> Int { labels[base.label(at: index)] }
  func name(at index: Int) -> String { base.name(at: index) }
  func content(at index: Int) throws(DatasetError) -> SampleContent {
    try base.content(at: index)
  }
}

/// Why a data set's classes are not those of a network.
enum LabelMismatch: Error, Equatable, CustomStringConvertible {
  case count(expected: Int, found: Int)
  case unknown(name: String, known: [String])

  var description: String {
    switch self {
    case .count(let expected, let found):
      "the network tells \(expected) classes apart, the data set has \(found) folders of classes"
    case .unknown(let name, let known):
      "the data set's class '\(name)' is none of the network's: "
        + known.prefix(20).joined(separator: ", ") + (known.count > 20 ? ", ..." : "")
    }
  }
}
