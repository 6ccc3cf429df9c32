/// What a network's published evaluation does to a picture: resize the shorter side, take the
/// middle square, normalize. The same values as torchvision's `Resize`, `CenterCrop`, `ToTensor`
/// and `Normalize` on a Pillow picture, to the last bit; with ``ResizeFilter/openCVBilinear``, the
/// same as cvnets' `Resize`, `CenterCrop` and `ToTensor` on an OpenCV picture.
public struct EvaluationTransform: Sendable, Equatable {
  /// The length of the shorter side after resizing, in pixels.
  public var resize: Int
  /// The side of the square that is taken; what the picture lacks is black.
  public var crop: Int
  public var filter: ResizeFilter
  /// Of red, green and blue, in any order of channels, of values from 0 to 1.
  public var mean: [Float]
  public var std: [Float]
  /// In which the values of a pixel are written.
  public var channelOrder: ChannelOrder

  /// The usual mean of ImageNet's pictures.
  public static let imageNetMean: [Float] = [0.485, 0.456, 0.406]
  /// The usual standard deviation of ImageNet's pictures.
  public static let imageNetStd: [Float] = [0.229, 0.224, 0.225]

  /// - Precondition: sizes are at least 1, `mean` and `std` have three values.
  public init(
    resize: Int, crop: Int, filter: ResizeFilter = .bicubic,
    mean: [Float] = imageNetMean, std: [Float] = imageNetStd, channelOrder: ChannelOrder = .rgb
  ) {
    precondition(resize > 0 && crop > 0, "resize \(resize) and crop \(crop) must be positive")
    precondition(mean.count == 3 && std.count == 3, "mean \(mean) and std \(std) need 3 values")
    self.resize = resize
    self.crop = crop
    self.filter = filter
    self.mean = mean
    self.std = std
    self.channelOrder = channelOrder
  }

  /// The number of values: `[crop, crop, 3]`.
  public var count: Int { crop * crop * 3 }

  /// The normalized middle of a picture, `[crop, crop, 3]`: `(p / 255 - mean) / std`.
  public func callAsFunction(_ image: Image) -> [Float] {
    [Float](capacity: count) { output in
      write(cropped(image)) { output.append($0) }
    }
  }

  /// Writes what ``callAsFunction(_:)`` gives, say as one picture of a batch.
  ///
  /// - Precondition: `output` has ``count`` elements.
  public func callAsFunction(_ image: Image, into output: inout MutableSpan<Float>) {
    precondition(output.count == count, "\(output.count) elements, expected \(count)")
    var index = 0
    write(cropped(image)) {
      output[index] = $0
      index += 1
    }
  }

  /// The resized and cropped picture before normalization.
  ///
  /// Only the pixels that are kept are computed, so that time and memory are bounded even for a
  /// picture of one row that would become millions of pixels long.
  public func cropped(_ image: Image) -> Image {
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

  private func write(_ image: Image, _ append: (Float) -> Void) {
    let order = channelOrder.channels
    let tables = order.map(table)
    let (first, second, third) = (tables[0], tables[1], tables[2])
    let pixels = image.pixels.span
    for start in stride(from: 0, to: pixels.count, by: 3) {
      append(first[Int(pixels[start + order[0]])])
      append(second[Int(pixels[start + order[1]])])
      append(third[Int(pixels[start + order[2]])])
    }
  }

  /// The value of each byte in a channel, rounded after every operation as PyTorch does.
  private func table(channel: Int) -> [Float] {
    (0..<256).map { (Float($0) / 255 - mean[channel]) / std[channel] }
  }
}
