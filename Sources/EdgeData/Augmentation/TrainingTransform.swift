import EdgeGraph

/// What becomes of a picture in training: a random part at the network's size, flipped, changed in
/// color and shape, normalized, and partly erased. The defaults are those of EdgeNeXt's `main.py`;
/// the order is timm's (`timm/data/transforms_factory.py`).
public struct TrainingTransform: PictureNormalizing, Sendable, Equatable {
  /// How a part gets the network's size.
  public enum Interpolation: String, Sendable, CaseIterable {
    /// Pillow's, averaged when shrinking.
    case bicubic, bilinear
    /// OpenCV's, which averages at most four pixels: cvnets trains with it.
    case openCVBilinear = "opencv-bilinear"
    /// One of Pillow's two for each picture, and for each geometric operation.
    case random
    /// In floats, after the operations on pixels: see ``Image/floatBicubic(width:height:)``.
    case floatBicubic = "float-bicubic"
  }

  /// The picture is padded with so many black pixels on each side, and a random part of its own
  /// size is then resized as it is. 0: a part of random area and ratio instead. Nil: 4 where the
  /// network's sides are 32 or less, else 0.
  public var padding: Int?
  /// Of a random part, in proportion to the picture's area.
  public var area: ClosedRange<Double> = 0.08...1
  /// Of a random part's width to its height, drawn evenly in its logarithm.
  public var ratio: ClosedRange<Double> = 3.0 / 4...4.0 / 3
  public var interpolation = Interpolation.bicubic
  public var flipProbability = 0.5
  /// Whether one of ``ThreeAugment`` follows the flip.
  public var threeAugment = false
  /// Nil: ``colorJitter`` instead.
  public var policy: AugmentationPolicy? = .randAugment
  /// Without a policy, or after the policy `3a`.
  public var colorJitter = ColorJitter()
  /// Of values from 0 to 1, for red, green and blue in any order of channels.
  public var mean = EvaluationTransform.imageNetMean
  public var std = EvaluationTransform.imageNetStd
  public var channelOrder = ChannelOrder.rgb
  public var erasing = RandomErasing()
  /// Whether a JPEG is decoded at 1/2, 1/4 or 1/8 of its size if the part then still has the
  /// network's size. Values differ a little from those of resizing the whole.
  public var reducesDecoding = true
  public var orientation = Image.Orientation.exif

  public init() {}

  /// Writes a picture's training example, `[height, width, 3]`.
  ///
  /// - Parameters:
  ///   - random: what is drawn depends on this stream, the picture's size and the options only.
  ///   - name: what errors call the picture.
  /// - Throws: ``ImageError`` where it can't be decoded. Only what the part needs is read, so that
  ///   damage elsewhere shows in some draws only.
  /// - Precondition: `output` has `height * width * 3` elements; `mean` and `std` have 3; areas are
  ///   from 0 to 1, ratios positive, `padding` isn't negative.
  public func callAsFunction(
    _ content: SampleContent, height: Int, width: Int, random: inout RandomStream,
    into output: inout MutableSpan<Float>, name: String = "picture"
  ) throws(ImageError) {
    precondition(output.count == 3 * height * width, "\(output.count) for \(height)x\(width)")
    let image = try changed(content, height: height, width: width, name: name, &random)
    if interpolation == .floatBicubic {
      normalization.write(image.floatBicubic(width: width, height: height), into: &output)
    } else {
      normalization.write(image, into: &output)
    }
    erasing(&output, height: height, width: width, random: &random)
  }

  /// The picture before normalization and erasing, say for a contact sheet; what is drawn is the
  /// same.
  public func image(
    _ content: SampleContent, height: Int, width: Int, random: inout RandomStream,
    name: String = "picture"
  ) throws(ImageError) -> Image {
    let image = try changed(content, height: height, width: width, name: name, &random)
    guard interpolation == .floatBicubic else { return image }
    let values = image.floatBicubic(width: width, height: height)
    return Image(
      width: width, height: height,
      pixels: values.map { UInt8($0.rounded(.toNearestOrEven)) })
  }

  /// After all operations on pixels; for ``Interpolation/floatBicubic`` not yet resized.
  private func changed(
    _ content: SampleContent, height: Int, width: Int, name: String, _ random: inout RandomStream
  ) throws(ImageError) -> Image {
    let crop = SampleCrop(transform: self, height: height, width: width, name: name)
    var image = try crop(content, random: &random)
    if let filter = resizeFilter(&random) {
      image = image.resized(width: width, height: height, filter: filter)
    }
    if random.happens(flipProbability) { image = image.flippedHorizontally() }
    if threeAugment { image = ThreeAugment.drawn(&random)(image, random: &random) }
    if let policy {
      image = policy(image, filters: affineFilters, fill: fill, random: &random)
    }
    if policy?.keepsColorJitter ?? true { image = colorJitter(image, random: &random) }
    return image
  }

  private func resizeFilter(_ random: inout RandomStream) -> ResizeFilter? {
    switch interpolation {
    case .bicubic: .bicubic
    case .bilinear: .bilinear
    case .openCVBilinear: .openCVBilinear
    case .random: random.happens(0.5) ? .bilinear : .bicubic
    case .floatBicubic: nil
    }
  }

  private var affineFilters: [AffineFilter] {
    switch interpolation {
    case .bicubic, .floatBicubic: [.bicubic]
    case .bilinear, .openCVBilinear: [.bilinear]
    case .random: [.bilinear, .bicubic]
    }
  }

  /// The mean color, which normalizing makes 0.
  private var fill: SIMD3<UInt8> {
    let bytes = mean.map { UInt8(max(0, min(255, (255 * $0).rounded(.toNearestOrEven)))) }
    return SIMD3(bytes[0], bytes[1], bytes[2])
  }
}
