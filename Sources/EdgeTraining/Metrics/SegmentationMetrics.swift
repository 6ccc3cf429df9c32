/// What segmentation is judged by: the confusion matrix over pixels.
public struct SegmentationMetrics: Equatable, Sendable {
  /// Rows are the classes of the masks, columns those that were predicted.
  public private(set) var confusion: ConfusionMatrix

  /// - Precondition: from 1 to 255 classes.
  public init(classes: Int) {
    precondition((1...255).contains(classes), "metrics of \(classes) classes")
    confusion = ConfusionMatrix(classes: classes)
  }

  public var classes: Int { confusion.classes }

  /// Adds an image, or a part of one.
  ///
  /// - Parameters:
  ///   - predicted: a class for each pixel.
  ///   - mask: the true ones; pixels of other numbers, as 255, don't count.
  /// - Precondition: both have the same length, and what is predicted where pixels count is a class.
  public mutating func add(predicted: [UInt8], mask: [UInt8]) {
    confusion.add(labels: mask, predicted: predicted)
  }

  /// By class: pixels of the class that were taken for it.
  public var intersections: [Int] { (0..<classes).map { confusion[$0, $0] } }

  /// By class: pixels of the class, and others that were taken for it.
  public var unions: [Int] {
    (0..<classes).map { label in
      confusion.total(label: label) + confusion.total(predicted: label) - confusion[label, label]
    }
  }

  /// By class, the intersection over the union, as a fraction; nil for classes that are neither in a
  /// mask nor predicted.
  public var iou: [Double?] {
    zip(intersections, unions).map { Self.share($0, of: $1) }
  }

  /// Its mean over the classes that have one; nil without any.
  public var meanIoU: Double? { Self.mean(iou) }

  /// By class, the share of the class's pixels that were taken for it; nil for classes that are in
  /// no mask.
  public var classAccuracies: [Double?] {
    (0..<classes).map { Self.share(confusion[$0, $0], of: confusion.total(label: $0)) }
  }

  /// Its mean over the classes that have one; nil without any.
  public var classAccuracy: Double? { Self.mean(classAccuracies) }

  /// The share of the pixels whose class was predicted; nil before the first that counts.
  public var pixelAccuracy: Double? {
    let pixels = (0..<classes).reduce(0) { $0 + confusion.total(label: $1) }
    return Self.share(intersections.reduce(0, +), of: pixels)
  }

  private static func share(_ part: Int, of whole: Int) -> Double? {
    whole == 0 ? nil : Double(part) / Double(whole)
  }

  private static func mean(_ values: [Double?]) -> Double? {
    let known = values.compactMap(\.self)
    return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
  }
}
