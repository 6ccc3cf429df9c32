/// How often pictures, or pixels, of each class were taken for each class.
public struct ConfusionMatrix: Equatable, Sendable {
  public let classes: Int
  /// Row by row: the true class outside, the predicted one inside.
  private var counts: [Int]

  /// - Precondition: from 1 to 10,000 classes, as the matrix has their square.
  public init(classes: Int) {
    precondition((1...10_000).contains(classes), "a matrix of \(classes) classes")
    self.classes = classes
    counts = Array(repeating: 0, count: classes * classes)
  }

  public mutating func add(label: Int, predicted: Int) { counts[label * classes + predicted] += 1 }

  /// Adds pixels. Those whose label isn't a class don't count.
  ///
  /// - Precondition: there is a prediction for each label, and it is a class where the label is one.
  public mutating func add(labels: [UInt8], predicted: [UInt8]) {
    precondition(
      labels.count == predicted.count, "\(predicted.count) predictions for \(labels.count) labels")
    for (label, taken) in zip(labels, predicted) where label < classes {
      precondition(taken < classes, "class \(taken) of \(classes)")
      counts[Int(label) * classes + Int(taken)] += 1
    }
  }

  /// Pictures of class `label` that were taken for class `predicted`.
  public subscript(label: Int, predicted: Int) -> Int { counts[label * classes + predicted] }

  /// Pictures of a class.
  public func total(label: Int) -> Int {
    counts[label * classes..<(label + 1) * classes].reduce(0, +)
  }

  /// Pictures that were taken for a class.
  public func total(predicted: Int) -> Int {
    stride(from: predicted, to: counts.count, by: classes).reduce(0) { $0 + counts[$1] }
  }

  /// The percentage of each class's pictures that were taken for it; nil for classes without any.
  public var accuracies: [Double?] {
    (0..<classes).map { label in
      let total = total(label: label)
      return total == 0 ? nil : 100 * Double(self[label, label]) / Double(total)
    }
  }

  /// A table as RFC 4180 has it: a line of predicted classes, then a line for each true class.
  ///
  /// - Precondition: there are as many names as classes.
  public func csv(names: [String]) -> String {
    precondition(names.count == classes, "\(names.count) names for \(classes) classes")
    var text = Self.line(["label"] + names)
    for label in 0..<classes {
      text += Self.line([names[label]] + (0..<classes).map { String(self[label, $0]) })
    }
    return text
  }

  private static func line(_ fields: [String]) -> String {
    fields.map(quoted).joined(separator: ",") + "\r\n"
  }

  private static func quoted(_ field: String) -> String {
    guard field.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else {
      return field
    }
    return "\""
      + field.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}
