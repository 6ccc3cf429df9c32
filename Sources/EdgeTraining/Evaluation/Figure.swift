/// A number that validation gives. Its raw value is its key in logs and results.
public enum Figure: String, CaseIterable, Hashable, Sendable {
  case top1, top5
  /// The mean loss.
  case loss
  /// COCO's average precision: over ten overlaps, and at an overlap of 0.5 and 0.75.
  case ap, ap50, ap75
  /// The mean over classes of intersection over union.
  case miou
  case pixelAccuracy = "pixel_accuracy"

  /// For people.
  public var title: String {
    switch self {
    case .top1: "top-1"
    case .top5: "top-5"
    case .loss: "loss"
    case .ap: "AP"
    case .ap50: "AP50"
    case .ap75: "AP75"
    case .miou: "mIoU"
    case .pixelAccuracy: "pixel accuracy"
    }
  }

  /// Its curve in TensorBoard, by groups.
  public var tag: String {
    switch self {
    case .top1, .top5: "accuracy/\(rawValue)"
    case .loss: "loss/validation"
    case .ap, .ap50, .ap75: "detection/\(rawValue)"
    case .miou, .pixelAccuracy: "segmentation/\(rawValue)"
    }
  }

  /// Whether it is from 0 to 100.
  public var isPercentage: Bool { self != .loss }

  /// Decimals that are shown.
  public var digits: Int { isPercentage ? 2 : 4 }

  /// Whether a value is an improvement on another one.
  public func isBetter(_ value: Double, than other: Double) -> Bool {
    self == .loss ? value < other : value > other
  }
}
