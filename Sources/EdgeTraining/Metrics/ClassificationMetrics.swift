#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What validation reports: top-1 and top-5 accuracy, cross-entropy without smoothing, and the
/// confusion matrix, if it is asked for.
public struct ClassificationMetrics: Equatable, Sendable {
  public let classes: Int
  public private(set) var count = 0
  public private(set) var confusion: ConfusionMatrix?
  private var hits1 = 0
  private var hits5 = 0
  private var lossSum = 0.0

  /// - Precondition: `classes` is at least 1; with the matrix, at most 10,000.
  public init(classes: Int, countsConfusion: Bool = false) {
    precondition(classes > 0, "metrics of \(classes) classes")
    self.classes = classes
    confusion = countsConfusion ? ConfusionMatrix(classes: classes) : nil
  }

  /// Percentages of the pictures whose class was the likeliest, and among the five likeliest; nil
  /// before the first picture.
  public var top1: Double? { percentage(hits1) }
  public var top5: Double? { percentage(hits5) }

  /// The mean cross-entropy; nil before the first picture.
  public var loss: Double? { count == 0 ? nil : lossSum / Double(count) }

  /// Adds a batch.
  ///
  /// - Parameter logits: `[batch, classes]`, row by row.
  /// - Precondition: there is a row for each label, and labels are classes.
  public mutating func add(logits: [Float], labels: [Int]) {
    precondition(
      logits.count == labels.count * classes,
      "\(logits.count) logits for \(labels.count) labels of \(classes) classes")
    for (index, label) in labels.enumerated() {
      precondition((0..<classes).contains(label), "label \(label) of \(classes) classes")
      add(logits[index * classes..<(index + 1) * classes], label: label)
    }
  }

  private mutating func add(_ logits: ArraySlice<Float>, label: Int) {
    let rank = Self.rank(of: label, in: logits)
    if rank < 1 { hits1 += 1 }
    if rank < 5 { hits5 += 1 }
    lossSum += Self.crossEntropy(logits, label: label)
    count += 1
    confusion?.add(label: label, predicted: Self.likeliest(logits))
  }

  /// How many classes come before `label`: those with a larger logit, and of equal ones those with
  /// a lower number. NaN counts as larger than everything, as in PyTorch's `topk`.
  static func rank(of label: Int, in logits: ArraySlice<Float>) -> Int {
    let position = logits.startIndex + label
    let own = logits[position]
    return logits.indices.count { index in
      precedes(logits[index], own) || (index < position && !precedes(own, logits[index]))
    }
  }

  /// The class of rank 0.
  static func likeliest(_ logits: ArraySlice<Float>) -> Int {
    var best = logits.startIndex
    for index in logits.indices where precedes(logits[index], logits[best]) {
      best = index
    }
    return best - logits.startIndex
  }

  private static func precedes(_ a: Float, _ b: Float) -> Bool {
    a.isNaN ? !b.isNaN : a > b
  }

  /// log Σ exp(xᵢ − m) + m − x of the label, with m the largest logit.
  private static func crossEntropy(_ logits: ArraySlice<Float>, label: Int) -> Double {
    let largest = Double(logits.max() ?? 0)
    let sum = logits.reduce(0.0) { $0 + exp(Double($1) - largest) }
    return log(sum) + largest - Double(logits[logits.startIndex + label])
  }

  private func percentage(_ hits: Int) -> Double? {
    count == 0 ? nil : 100 * Double(hits) / Double(count)
  }
}
