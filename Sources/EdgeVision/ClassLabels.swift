import EdgeModels

extension PretrainedNetwork {
  /// Names for the network's classes: those given, or those that come with the weights, or those of
  /// the data set that networks of this task and number of classes are published for, or numbers.
  ///
  /// - Throws: ``LabelsError`` where the names given are too few or too many.
  func labels(given names: [String]?) throws(LabelsError) -> [String] {
    if let names {
      guard names.count == classCount else {
        throw .count(expected: classCount, found: names.count)
      }
      return names
    }
    if let names = metadata.classNames, names.count == classCount { return names }
    let published = model.task.publishedClassNames
    return published.count == classCount ? published : (0..<classCount).map { "class \($0)" }
  }
}

extension NetworkTask {
  /// Of the data set that networks of this task are published for.
  fileprivate var publishedClassNames: [String] {
    switch self {
    case .classification: ImageNet.classNames
    case .detection: COCO.classNames
    case .segmentation: PascalVOC.classNames
    }
  }
}

/// Why names can't be given to classes.
public enum LabelsError: Error, Equatable, Sendable {
  case count(expected: Int, found: Int)
}

extension LabelsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .count(let expected, let found):
      "labels: the network tells \(expected) classes apart, found \(found) names; give one a line"
    }
  }
}
