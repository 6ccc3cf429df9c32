import EdgeData
import EdgeFormats

extension EvaluationTransform {
  /// How pictures are prepared for a network: as its weights say, else as its authors evaluate it.
  ///
  /// - Parameters:
  ///   - size: the side of the network's input in pixels, nil for the published one.
  ///   - cropFraction: the part of the resized short side that is cut out; nil for the published
  ///     one. The short side becomes ⌊size / cropFraction⌋.
  public init(of network: PretrainedNetwork, size: Int? = nil, cropFraction: Double? = nil) {
    let metadata = network.metadata
    let published = network.model.transform
    let crop = metadata.crop ?? metadata.size ?? published.crop
    let resize = metadata.resize ?? published.resize(crop: crop)
    let side = size ?? crop
    var shortSide = side == crop ? resize : published.resize(crop: side)
    if let cropFraction { shortSide = Int(Double(side) / cropFraction) }
    self.init(
      resize: max(shortSide, 1), crop: side,
      filter: (metadata.interpolation ?? published.interpolation) == "bilinear"
        ? .bilinear : .bicubic,
      mean: Self.floats(metadata.mean) ?? Self.imageNetMean,
      std: Self.floats(metadata.std) ?? Self.imageNetStd)
  }

  private static func floats(_ values: [Double]?) -> [Float]? {
    values.flatMap { $0.count == 3 ? $0.map { Float($0) } : nil }
  }
}
