import EdgeNN

/// What stands on a backbone in place of its own classifier.
public enum NetworkHead: String, Hashable, Sendable, CaseIterable {
  /// Detection: see ``SSD``.
  case ssd
  /// Segmentation: see ``DeepLabV3``.
  case deeplabv3

  /// Where the backbone's parameters are.
  static let encoder = "encoder"

  /// What its networks are for.
  public var task: NetworkTask {
    switch self {
    case .ssd: .detection
    case .deeplabv3: .segmentation
    }
  }

  /// What the names of its networks begin with.
  var prefix: String { "\(rawValue)_" }

  /// Without the background in detection: those of COCO; of Pascal VOC, with the background.
  var defaultClasses: Int {
    switch self {
    case .ssd: 80
    case .deeplabv3: 21
    }
  }

  /// A label is a byte in segmentation, and 255 says that there is none.
  var maximumClasses: Int {
    switch self {
    case .ssd: 10_000
    case .deeplabv3: 255
    }
  }

  /// The side of the images that its networks are evaluated on, in pixels.
  var side: Int {
    switch self {
    case .ssd: 320
    case .deeplabv3: 512
    }
  }

  /// Where its own parameters are.
  var places: [String] {
    switch self {
    case .ssd: ["ssd_heads", "extra_layers"]
    case .deeplabv3: ["seg_head"]
    }
  }

  /// The map to the scores of classes, or one of several, by its parameters' name.
  private var scores: String {
    switch self {
    case .ssd: "ssd_heads.0.loc_cls_layer.pw_conv.block.conv"
    case .deeplabv3: "seg_head.classifier.classifier.block.conv"
    }
  }

  /// The head whose parameters a checkpoint holds.
  init?(of source: any ParameterSource) {
    let places = Set(
      (source.names ?? []).compactMap { $0.split(separator: ".", maxSplits: 1).first })
    let head = Self.allCases.first { head in
      head.places.contains { places.contains($0[...]) }
    }
    guard let head else { return nil }
    self = head
  }

  func holds(_ name: String) -> Bool { places.contains { name.hasPrefix("\($0).") } }

  /// What its networks on a family's backbones have in common.
  func family(on base: ModelFamily) -> ModelFamily {
    ModelFamily(
      name: self == .ssd ? "SSD" : "DeepLabV3", landmarks: base.landmarks, head: scores,
      sizes: base.sizes, dropsPartialCells: base.dropsPartialCells)
  }

  func architecture(on base: any BackboneArchitecture) -> any NetworkArchitecture {
    switch self {
    case .ssd: SSD.Architecture(base: base)
    case .deeplabv3: DeepLabV3.Architecture(base: base)
    }
  }
}
