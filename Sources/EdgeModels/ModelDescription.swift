import EdgeGraph
import EdgeNN

/// A published network under its name: how to build it, how its authors evaluate it, and what they
/// report.
public struct ModelDescription: Sendable {
  /// The name in the official repository, such as `edgenext_small`.
  public let name: String
  /// Other names that it is known by, in other libraries or papers.
  public let aliases: [String]
  public let family: ModelFamily
  /// Top-1 accuracy on ImageNet-1k as published, in percent; nil where none was.
  public let top1: Double?
  /// Where published figures differ from what the network has, in sentences.
  public let notes: [String]
  public let transform: Transform
  let architecture: any NetworkArchitecture

  /// The published evaluation transform: the short side is resized, then a square is cut out of the
  /// middle and normalized.
  public struct Transform: Hashable, Sendable {
    public let crop: Int
    public let margin: Margin
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

    init(
      crop: Int, margin: Margin, interpolation: String = "bicubic",
      mean: [Double] = [0.485, 0.456, 0.406], std: [Double] = [0.229, 0.224, 0.225],
      channelOrder: String = "rgb"
    ) {
      self.crop = crop
      self.margin = margin
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

  public static let maximumClasses = 1_000_000
  /// The most pixels in a batch: what activations need stays within a few gigabytes.
  public static let maximumPixels = 1 << 26

  init(
    _ name: String, aliases: [String] = [], family: ModelFamily,
    _ architecture: any NetworkArchitecture, top1: Double?, transform: Transform,
    notes: [String] = []
  ) {
    self.name = name
    self.aliases = aliases
    self.family = family
    self.architecture = architecture
    self.top1 = top1
    self.notes = notes
    self.transform = transform
  }

  /// The side of the images that it was evaluated on, in pixels.
  public var size: Int { transform.crop }

  /// Builds the network; parameters come from `source`.
  public func network(
    from source: any ParameterSource, classes: Int = 1000
  ) throws(ModelError) -> any ClassificationNetwork {
    try network(from: source, options: NetworkConfiguration(classes: classes))
  }

  /// Builds the network as a training run wants it; parameters come from `source`.
  public func network(
    from source: any ParameterSource, options: NetworkConfiguration
  ) throws(ModelError) -> any ClassificationNetwork {
    guard (1...Self.maximumClasses).contains(options.classes) else {
      throw .classCount(found: options.classes)
    }
    do throws(CheckpointError) {
      return try Scope.build(from: source) { scope in
        architecture.network(scope, options: options)
      }
    } catch {
      throw .checkpoint(model: name, error)
    }
  }

  /// Checks that the network takes a batch of images of this size.
  public func validate(batch: Int, height: Int, width: Int) throws(ModelError) {
    guard batch > 0 else { throw .batchSize(found: batch) }
    let pixels = batch.multipliedReportingOverflow(by: height)
    let total = pixels.partialValue.multipliedReportingOverflow(by: width)
    guard !pixels.overflow, !total.overflow, total.partialValue <= Self.maximumPixels else {
      throw .tooManyPixels(batch: batch, height: height, width: width)
    }
    guard family.sizes.allows(height), family.sizes.allows(width) else {
      throw .inputSize(model: name, height: height, width: width, sizes: family.sizes)
    }
  }

  /// The graph without values, for counting.
  public func shapeGraph(height: Int, width: Int, classes: Int = 1000) throws -> Graph {
    try validate(batch: 1, height: height, width: width)
    return try network(from: ShapesOnly(), classes: classes)
      .graph(input: [1, height, width, 3])
  }

  /// The number of classes of a checkpoint's head, nil where it has none.
  public func classCount(of source: any ParameterSource) -> Int? {
    source.shape(of: "\(family.head).weight")?.dimensions.first
  }
}
