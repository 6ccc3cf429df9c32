import EdgeData
import EdgeFormats

extension EvaluationTransform {
  /// How pictures are prepared for a network: as its weights say, else as its authors evaluate it.
  ///
  /// - Parameters:
  ///   - size: the side of the network's input in pixels, nil for the one of the weights.
  ///   - cropFraction: the part of the resized short side that is cut out, above 0 and at most 1;
  ///     nil for that of the weights. The short side becomes ⌊size / cropFraction⌋.
  public init(of network: PretrainedNetwork, size: Int? = nil, cropFraction: Double? = nil) {
    let metadata = network.metadata
    let published = network.model.transform
    let crop = metadata.crop ?? metadata.size ?? published.crop
    let resize = metadata.resize ?? published.resize(crop: crop)
    let side = size ?? crop
    var shortSide = resize
    if let cropFraction {
      shortSide = Int(Double(side) / cropFraction)
    } else if side != crop {
      // Rounding hides the published fraction; other weights have only the ratio of their sizes.
      shortSide =
        resize == published.resize(crop: crop)
        ? published.resize(crop: side) : side * resize / crop
    }
    self.init(
      resize: max(shortSide, 1), crop: side,
      filter: ResizeFilter(rawValue: metadata.interpolation ?? published.interpolation)
        ?? .bicubic,
      mean: Self.floats(metadata.mean, else: published.mean),
      std: Self.floats(metadata.std, else: published.std),
      channelOrder: ChannelOrder(rawValue: metadata.channelOrder ?? published.channelOrder) ?? .rgb)
    switch published.fit {
    case .crop: fit = .crop
    case .stretch: fit = .stretch
    }
  }

  private static func floats(_ values: [Double]?, else published: [Double]) -> [Float] {
    (values?.count == 3 ? values ?? published : published).map { Float($0) }
  }
}
