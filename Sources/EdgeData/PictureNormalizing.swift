/// A transform that ends with normalized values.
public protocol PictureNormalizing {
  /// Of red, green and blue, in any order of channels, of values from 0 to 1.
  var mean: [Float] { get set }
  var std: [Float] { get set }
  /// In which the values of a pixel are written.
  var channelOrder: ChannelOrder { get set }
}

extension PictureNormalizing {
  var normalization: Normalization { Normalization(mean: mean, std: std, order: channelOrder) }

  /// Takes over how another transform normalizes.
  package mutating func normalize(as other: some PictureNormalizing) {
    mean = other.mean
    std = other.std
    channelOrder = other.channelOrder
  }

  /// Writes a picture as it is, normalized, `[height, width, 3]`.
  ///
  /// - Precondition: `output` has as many elements; ``mean`` and ``std`` have 3.
  public func write(_ image: Image, into output: inout MutableSpan<Float>) {
    normalization.write(image, into: &output)
  }
}
