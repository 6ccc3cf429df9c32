/// What a network's published evaluation does to a picture: resize the shorter side, take the
/// middle square, normalize; or resize it to a square whatever its shape. The same values as
/// torchvision's `Resize`, `CenterCrop`, `ToTensor` and `Normalize` on a Pillow picture, to the last
/// bit; with ``ResizeFilter/openCVBilinear``, the same as cvnets' `Resize`, `CenterCrop` and
/// `ToTensor` on an OpenCV picture.
public struct EvaluationTransform: PictureNormalizing, Sendable, Equatable {
  /// How a picture becomes a square.
  public enum Fit: String, Sendable, CaseIterable {
    /// Its middle is taken.
    case crop
    /// Both sides are resized, whatever their ratio: detectors and segmenters see all of it.
    case stretch
  }

  /// The length of the shorter side after resizing, in pixels; without effect where it is stretched.
  public var resize: Int
  /// The side of the square; what the picture lacks is black.
  public var crop: Int
  public var filter: ResizeFilter
  /// Of red, green and blue, in any order of channels, of values from 0 to 1.
  public var mean: [Float]
  public var std: [Float]
  /// In which the values of a pixel are written.
  public var channelOrder: ChannelOrder
  public var fit: Fit

  /// The usual mean of ImageNet's pictures.
  public static let imageNetMean: [Float] = [0.485, 0.456, 0.406]
  /// The usual standard deviation of ImageNet's pictures.
  public static let imageNetStd: [Float] = [0.229, 0.224, 0.225]

  /// - Precondition: sizes are at least 1, `mean` and `std` have three values.
  public init(
    resize: Int, crop: Int, filter: ResizeFilter = .bicubic,
    mean: [Float] = imageNetMean, std: [Float] = imageNetStd, channelOrder: ChannelOrder = .rgb,
    fit: Fit = .crop
  ) {
    precondition(resize > 0 && crop > 0, "resize \(resize) and crop \(crop) must be positive")
    precondition(mean.count == 3 && std.count == 3, "mean \(mean) and std \(std) need 3 values")
    self.resize = resize
    self.crop = crop
    self.filter = filter
    self.mean = mean
    self.std = std
    self.channelOrder = channelOrder
    self.fit = fit
  }

  /// The number of values: `[crop, crop, 3]`.
  public var count: Int { crop * crop * 3 }

  /// The normalized middle of a picture, `[crop, crop, 3]`: `(p / 255 - mean) / std`.
  public func callAsFunction(_ image: Image) -> [Float] {
    var result = [Float](repeating: 0, count: count)
    var output = result.mutableSpan
    self(image, into: &output)
    return result
  }

  /// Writes what ``callAsFunction(_:)`` gives, say as one picture of a batch.
  ///
  /// - Precondition: `output` has ``count`` elements.
  public func callAsFunction(_ image: Image, into output: inout MutableSpan<Float>) {
    precondition(output.count == count, "\(output.count) elements, expected \(count)")
    write(cropped(image), into: &output)
  }

  /// The resized and, unless it is stretched, cropped picture before normalization.
  ///
  /// Only the pixels that are kept are computed, so that time and memory are bounded even for a
  /// picture of one row that would become millions of pixels long.
  public func cropped(_ image: Image) -> Image {
    if fit == .stretch { return image.resized(width: crop, height: crop, filter: filter) }
    let size = image.size(shortSide: resize)
    let window = PixelWindow.center(
      of: crop, width: size.width, height: size.height, cutsHalves: filter == .openCVBilinear)
    let inside = window.clamped(width: size.width, height: size.height)
    let part = image.resized(
      width: size.width, height: size.height, filter: filter, window: inside)
    if inside == window { return part }
    return part.placed(
      x: inside.x - window.x, y: inside.y - window.y, onBlackOf: (width: crop, height: crop))
  }
}
