import EdgeGraph
import EdgeNN

/// A published network under its name: how to build it, how its authors evaluate it, and what they
/// report.
public struct ModelDescription: Sendable {
  /// The name in the official repository, such as `edgenext_small`.
  public let name: String
  public let family: String
  /// The side of the images that it was evaluated on, in pixels.
  public let size: Int
  /// Top-1 accuracy on ImageNet-1k as published, in percent.
  public let top1: Double
  public let transform: Transform
  /// The smallest side that leaves one cell in the last stage.
  public let minimumSize: Int
  let configuration: EdgeNeXt.Configuration

  /// The published evaluation transform: the short side is resized to ⌊crop / cropFraction⌋, then a
  /// square is cut out of the middle.
  public struct Transform: Hashable, Sendable {
    public let crop: Int
    public let cropFraction: Double
    public let interpolation: String

    /// The short side for a crop of any size.
    public func resize(crop: Int) -> Int { Int(Double(crop) / cropFraction) }

    /// The short side at the published size.
    public var resize: Int { resize(crop: crop) }
  }

  public static let maximumClasses = 1_000_000
  /// The most pixels in a batch: what activations need stays within a few gigabytes.
  public static let maximumPixels = 1 << 26

  init(
    _ name: String, _ configuration: EdgeNeXt.Configuration, top1: Double,
    cropFraction: Double = 0.875
  ) {
    self.name = name
    self.configuration = configuration
    self.top1 = top1
    family = "EdgeNeXt"
    size = 256
    minimumSize = 32
    transform = Transform(crop: 256, cropFraction: cropFraction, interpolation: "bicubic")
  }

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
        EdgeNeXt(scope, configuration: configuration, options: options)
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
    guard min(height, width) >= minimumSize else {
      throw .inputSize(model: name, height: height, width: width, minimum: minimumSize)
    }
  }

  /// The graph without values, for counting.
  public func shapeGraph(height: Int, width: Int, classes: Int = 1000) throws -> Graph {
    try validate(batch: 1, height: height, width: width)
    return try network(from: ShapesOnly(), classes: classes)
      .graph(input: [1, height, width, 3])
  }
}
