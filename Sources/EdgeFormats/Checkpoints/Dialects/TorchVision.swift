// Names of torchvision 0.27, `torchvision/models/`; those of MobileNetV2 and ResNet are official.

extension KeyTable {
  /// ConvNeXt (`convnext.py`): downsampling layers and stages are numbered alternately, and the
  /// layers of a block by their place.
  static let torchvision = KeyTable(rules: (0..<4).flatMap(convNeXtStage) + convNeXtEnd)

  private static func convNeXtStage(_ stage: Int) -> [KeyRule] {
    let (place, official) = ("features.\(2 * stage + 1).#", "stages.\(stage).#")
    return [
      KeyRule("features.\(2 * stage)", "downsample_layers.\(stage)"),
      KeyRule("\(place).block.0", "\(official).dwconv"),
      KeyRule("\(place).block.2", "\(official).norm"),
      KeyRule("\(place).block.3", "\(official).pwconv1"),
      KeyRule("\(place).block.5", "\(official).pwconv2"),
      KeyRule("\(place).layer_scale", "\(official).gamma", .withoutTrailingUnits),
    ]
  }

  private static let convNeXtEnd = [
    KeyRule("classifier.0", "norm"),
    KeyRule("classifier.2", "head"),
  ]
}
