/// What a training run may choose about a network without changing its parameters' names.
public struct NetworkConfiguration: Hashable, Sendable {
  /// Without the background in detection.
  public var classes: Int
  /// The largest rate of stochastic depth; rates rise linearly over the blocks.
  public var dropPathRate: Double
  /// Of the features before the head.
  public var dropoutRate: Double
  /// What the layer scales of convolutional blocks start with; nil for the published value.
  public var layerScale: Double?
  /// Whether DeepLabV3 predicts from the stage before the last one as well, to train it.
  public var hasAuxiliaryHead: Bool
  /// Of the features in DeepLabV3's head.
  public var headDropoutRate: Double

  public init(
    classes: Int = 1000, dropPathRate: Double = 0, dropoutRate: Double = 0,
    layerScale: Double? = nil, hasAuxiliaryHead: Bool = false, headDropoutRate: Double = 0.1
  ) {
    self.classes = classes
    self.dropPathRate = dropPathRate
    self.dropoutRate = dropoutRate
    self.layerScale = layerScale
    self.hasAuxiliaryHead = hasAuxiliaryHead
    self.headDropoutRate = headDropoutRate
  }

  /// The rates of stochastic depth of all blocks, by stage: they rise linearly from 0.
  func dropPathRates(blocks depths: [Int]) -> [[Double]] {
    let last = max(depths.reduce(0, +) - 1, 1)
    var before = 0
    return depths.map { depth in
      defer { before += depth }
      return (before..<before + depth).map { dropPathRate * Double($0) / Double(last) }
    }
  }
}
