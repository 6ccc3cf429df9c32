import EdgeGraph

/// What becomes of a picture with its mask in training: resized by chance, of that a random part at
/// the network's size, and flipped (cvnets' `pascal`).
///
/// A part that needs the picture to be larger is resized once, from the original; cvnets resizes
/// twice.
public struct SegmentationTransform: PictureNormalizing, Sendable, Equatable {
  /// Of the resized picture, in pixels; all are equally likely.
  public var shortSides = 256...1024
  /// Whether a picture that is smaller than the network's size is enlarged until it isn't. Else it
  /// is filled up with black to its right and below, which the mask leaves out.
  public var enlarges = true
  public var flipProbability = 0.5
  public var filter = ResizeFilter.openCVBilinear
  /// Of values from 0 to 1, for red, green and blue in any order of channels.
  public var mean = EvaluationTransform.imageNetMean
  public var std = EvaluationTransform.imageNetStd
  public var channelOrder = ChannelOrder.rgb

  public init() {}

  /// A picture's training example, with its mask.
  ///
  /// - Parameter random: what is drawn depends on this stream, the picture's size and the options
  ///   only.
  /// - Returns: both of `width` by `height` pixels.
  /// - Precondition: picture and mask have the same size; `shortSides` are at least 1.
  public func callAsFunction(
    _ image: Image, _ mask: Mask, height: Int, width: Int, random: inout RandomStream
  ) -> (image: Image, mask: Mask) {
    precondition(
      image.width == mask.width && image.height == mask.height,
      "a mask of \(mask.width)x\(mask.height) for a picture of \(image.width)x\(image.height)")
    let target = PixelWindow(x: 0, y: 0, width: width, height: height)
    let size = resizedSize(of: image, target, &random)
    let window = PixelWindow(
      x: Self.origin(of: width, in: size.width, &random),
      y: Self.origin(of: height, in: size.height, &random), width: width, height: height)
    // Only the part is computed: the whole of a picture of one row may be too large for memory.
    let inside = window.clamped(width: size.width, height: size.height)
    var part = image.resized(
      width: size.width, height: size.height, filter: filter, window: inside)
    var labels = mask.resized(width: size.width, height: size.height, window: inside)
    if inside != window {
      part = part.placed(x: 0, y: 0, onBlackOf: (width: width, height: height))
      labels = labels.placed(x: 0, y: 0, width: width, height: height)
    }
    guard random.happens(flipProbability) else { return (part, labels) }
    return (part.flippedHorizontally(), labels.flippedHorizontally())
  }

  private func resizedSize(
    of image: Image, _ target: PixelWindow, _ random: inout RandomStream
  ) -> (width: Int, height: Int) {
    let drawn = shortSides.lowerBound + random.integer(below: shortSides.count)
    let size = image.size(shortSide: drawn)
    if !enlarges || size.width >= target.width && size.height >= target.height { return size }
    // The long side is cut off to whole pixels, and must have enough of them.
    let needed =
      image.width <= image.height
      ? max(target.width, Self.quotient(target.height * image.width, image.height))
      : max(target.height, Self.quotient(target.width * image.height, image.width))
    return image.size(shortSide: max(drawn, needed))
  }

  /// Rounded up.
  private static func quotient(_ dividend: Int, _ divisor: Int) -> Int {
    (dividend + divisor - 1) / divisor
  }

  private static func origin(of part: Int, in whole: Int, _ random: inout RandomStream) -> Int {
    whole > part ? random.integer(below: whole - part + 1) : 0
  }
}
