extension ModelDescription {
  /// The published evaluation transform: the picture is resized, cut and normalized.
  public struct Transform: Hashable, Sendable {
    public let crop: Int
    public let margin: Margin
    public let fit: Fit
    /// `bicubic` or `bilinear`, which are Pillow's, or `opencv-bilinear`.
    public let interpolation: String
    /// Of red, green and blue, of values from 0 to 1.
    public let mean, std: [Double]
    /// `rgb` or `bgr`.
    public let channelOrder: String

    /// How the short side follows from the crop.
    public enum Margin: Hashable, Sendable {
      /// ⌊crop / fraction⌋.
      case fraction(Double)
      /// crop + pixels.
      case pixels(Int)
    }

    /// How a picture of any shape becomes a square.
    public enum Fit: String, Hashable, Sendable, Codable {
      /// The short side is resized, then the square is cut out of the middle.
      case crop
      /// Both sides are resized to that of the square, whatever the picture's aspect.
      case stretch
    }

    init(
      crop: Int, margin: Margin, fit: Fit = .crop, interpolation: String = "bicubic",
      mean: [Double] = [0.485, 0.456, 0.406], std: [Double] = [0.229, 0.224, 0.225],
      channelOrder: String = "rgb"
    ) {
      self.crop = crop
      self.margin = margin
      self.fit = fit
      self.interpolation = interpolation
      self.mean = mean
      self.std = std
      self.channelOrder = channelOrder
    }

    /// What torchvision's networks are evaluated with.
    static let imageNet224 = Transform(
      crop: 224, margin: .fraction(0.875), interpolation: "bilinear")

    /// cvnets': OpenCV's filter and order of channels, values from 0 to 1.
    static let cvnets = Transform(
      crop: 256, margin: .pixels(32), interpolation: "opencv-bilinear", mean: [0, 0, 0],
      std: [1, 1, 1], channelOrder: "bgr")

    /// The same preparation of whole pictures, as detectors and segmenters are evaluated.
    func stretched(to side: Int) -> Transform {
      Transform(
        crop: side, margin: .pixels(0), fit: .stretch, interpolation: interpolation, mean: mean,
        std: std, channelOrder: channelOrder)
    }

    /// The short side for a crop of any size.
    public func resize(crop: Int) -> Int {
      switch margin {
      case .fraction(let fraction): Int(Double(crop) / fraction)
      case .pixels(let pixels): crop + pixels
      }
    }

    /// The short side at the published size.
    public var resize: Int { resize(crop: crop) }
  }
}
