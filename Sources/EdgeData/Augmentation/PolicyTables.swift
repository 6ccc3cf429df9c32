/// The operations of each policy, as in timm's `timm/data/auto_augment.py`.
enum PolicyTables {
  typealias Step = AugmentationPolicy.Step

  /// The sequences that AutoAugment's policies choose from; nil for another policy.
  static func sequences(_ name: String) -> [[Step]]? {
    switch name {
    case "v0": tpu(.posterize)
    case "v0r": tpu(.posterizeIncreasing)
    case "original": original(.posterizeOriginal)
    case "originalr": original(.posterizeIncreasing)
    case "3a": [[Step(.solarize, 1, 5)], [Step(.desaturate, 1, 10)], [Step(.gaussianBlur, 1, 10)]]
    default: nil
    }
  }

  /// RandAugment's operations, some of which are milder at a higher level.
  static func plain(level: Double, _ probability: Double) -> [Step] {
    let operations: [PolicyOperation] = [
      .autoContrast, .equalize, .invert, .rotate, .posterize, .solarize, .solarizeAdd, .color,
      .contrast, .brightness, .sharpness, .shearX, .shearY, .translateX, .translateY,
    ]
    return operations.map { Step($0, probability, level) }
  }

  /// RandAugment's operations, all of which grow with the level.
  static func increasing(level: Double, _ probability: Double) -> [Step] {
    let operations: [PolicyOperation] = [
      .autoContrast, .equalize, .invert, .rotate, .posterizeIncreasing, .solarizeIncreasing,
      .solarizeAdd, .colorIncreasing, .contrastIncreasing, .brightnessIncreasing,
      .sharpnessIncreasing, .shearX, .shearY, .translateX, .translateY,
    ]
    return operations.map { Step($0, probability, level) }
  }

  /// The weights `w0` of RandAugment's operations, in the order above.
  static let weights = [
    0.025, 0.005, 0, 0.3, 0, 0.005, 0.005, 0.025, 0.005, 0.005, 0.025, 0.2, 0.2, 0.1, 0.1,
  ]

  /// The policy of EfficientNet's TPU code.
  private static func tpu(_ posterize: PolicyOperation) -> [[Step]] {
    [
      [Step(.equalize, 0.8, 1), Step(.shearY, 0.8, 4)],
      [Step(.color, 0.4, 9), Step(.equalize, 0.6, 3)],
      [Step(.color, 0.4, 1), Step(.rotate, 0.6, 8)],
      [Step(.solarize, 0.8, 3), Step(.equalize, 0.4, 7)],
      [Step(.solarize, 0.4, 2), Step(.solarize, 0.6, 2)],
      [Step(.color, 0.2, 0), Step(.equalize, 0.8, 8)],
      [Step(.equalize, 0.4, 8), Step(.solarizeAdd, 0.8, 3)],
      [Step(.shearX, 0.2, 9), Step(.rotate, 0.6, 8)],
      [Step(.color, 0.6, 1), Step(.equalize, 1.0, 2)],
      [Step(.invert, 0.4, 9), Step(.rotate, 0.6, 0)],
      [Step(.equalize, 1.0, 9), Step(.shearY, 0.6, 3)],
      [Step(.color, 0.4, 7), Step(.equalize, 0.6, 0)],
      [Step(posterize, 0.4, 6), Step(.autoContrast, 0.4, 7)],
      [Step(.solarize, 0.6, 8), Step(.color, 0.6, 9)],
      [Step(.solarize, 0.2, 4), Step(.rotate, 0.8, 9)],
      [Step(.rotate, 1.0, 7), Step(.translateY, 0.8, 9)],
      [Step(.shearX, 0.0, 0), Step(.solarize, 0.8, 4)],
      [Step(.shearY, 0.8, 0), Step(.color, 0.6, 4)],
      [Step(.color, 1.0, 0), Step(.rotate, 0.6, 2)],
      [Step(.equalize, 0.8, 4), Step(.equalize, 0.0, 8)],
      [Step(.equalize, 1.0, 4), Step(.autoContrast, 0.6, 2)],
      [Step(.shearY, 0.4, 7), Step(.solarizeAdd, 0.6, 7)],
      [Step(posterize, 0.8, 2), Step(.solarize, 0.6, 10)],
      [Step(.solarize, 0.6, 8), Step(.equalize, 0.6, 1)],
      [Step(.color, 0.8, 6), Step(.rotate, 0.4, 5)],
    ]
  }

  /// The policy of the paper for ImageNet.
  private static func original(_ posterize: PolicyOperation) -> [[Step]] {
    [
      [Step(posterize, 0.4, 8), Step(.rotate, 0.6, 9)],
      [Step(.solarize, 0.6, 5), Step(.autoContrast, 0.6, 5)],
      [Step(.equalize, 0.8, 8), Step(.equalize, 0.6, 3)],
      [Step(posterize, 0.6, 7), Step(posterize, 0.6, 6)],
      [Step(.equalize, 0.4, 7), Step(.solarize, 0.2, 4)],
      [Step(.equalize, 0.4, 4), Step(.rotate, 0.8, 8)],
      [Step(.solarize, 0.6, 3), Step(.equalize, 0.6, 7)],
      [Step(posterize, 0.8, 5), Step(.equalize, 1.0, 2)],
      [Step(.rotate, 0.2, 3), Step(.solarize, 0.6, 8)],
      [Step(.equalize, 0.6, 8), Step(posterize, 0.4, 6)],
      [Step(.rotate, 0.8, 8), Step(.color, 0.4, 0)],
      [Step(.rotate, 0.4, 9), Step(.equalize, 0.6, 2)],
      [Step(.equalize, 0.0, 7), Step(.equalize, 0.8, 8)],
      [Step(.invert, 0.6, 4), Step(.equalize, 1.0, 8)],
      [Step(.color, 0.6, 4), Step(.contrast, 1.0, 8)],
      [Step(.rotate, 0.8, 8), Step(.color, 1.0, 2)],
      [Step(.color, 0.8, 8), Step(.solarize, 0.8, 7)],
      [Step(.sharpness, 0.4, 7), Step(.invert, 0.6, 8)],
      [Step(.shearX, 0.6, 5), Step(.equalize, 1.0, 9)],
      [Step(.color, 0.4, 0), Step(.equalize, 0.6, 3)],
      [Step(.equalize, 0.4, 7), Step(.solarize, 0.2, 4)],
      [Step(.solarize, 0.6, 5), Step(.autoContrast, 0.6, 5)],
      [Step(.invert, 0.6, 4), Step(.equalize, 1.0, 8)],
      [Step(.color, 0.6, 4), Step(.contrast, 1.0, 8)],
      [Step(.equalize, 0.8, 8), Step(.equalize, 0.6, 3)],
    ]
  }
}

extension AugmentationPolicy.Step {
  init(_ operation: PolicyOperation, _ probability: Double, _ level: Double) {
    self.init(operation: operation, probability: probability, level: level)
  }
}
