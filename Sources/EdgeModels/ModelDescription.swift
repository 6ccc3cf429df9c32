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
  /// What stands on the backbone of another network; nil for a network that tells what images show.
  public let head: NetworkHead?
  /// The published figure in percent: top-1 accuracy on ImageNet-1k, mAP on COCO, mean IoU on Pascal
  /// VOC. Nil where none was published.
  public let score: Double?
  /// Where published figures differ from what the network has, in sentences.
  public let notes: [String]
  public let transform: Transform
  let architecture: any NetworkArchitecture
  /// The network under the head: a list, as a value can't hold one of its own kind.
  private let base: [ModelDescription]

  /// The most classes of a classification network.
  public static let maximumClasses = 1_000_000
  /// The most pixels in a batch: what activations need stays within a few gigabytes.
  public static let maximumPixels = 1 << 26

  init(
    _ name: String, aliases: [String] = [], family: ModelFamily,
    _ architecture: any NetworkArchitecture, head: NetworkHead? = nil,
    on base: ModelDescription? = nil, score: Double?, transform: Transform, notes: [String] = []
  ) {
    self.name = name
    self.aliases = aliases
    self.family = family
    self.architecture = architecture
    self.head = head
    self.base = base.map { [$0] } ?? []
    self.score = score
    self.notes = notes
    self.transform = transform
  }

  /// What the network is for.
  public var task: NetworkTask { head?.task ?? .classification }

  /// The classification network whose parameters stand below `encoder.`, but for its classifier's; nil
  /// for a classification network.
  public var backbone: ModelDescription? { base.first }

  /// The names under which the official code holds tensors a second time, and reads them, with those
  /// that they have here.
  public func aliases(of names: some Sequence<String>) -> [(alias: String, name: String)] {
    let network = backbone ?? self
    guard let architecture = network.architecture as? any BackboneArchitecture else { return [] }
    let place = backbone == nil ? "" : "\(NetworkHead.encoder)."
    return names.flatMap { name in
      architecture.aliases.compactMap { alias, original in
        let prefix = "\(place)\(original)."
        guard name.hasPrefix(prefix) else { return nil }
        return ("\(place)\(alias).\(name.dropFirst(prefix.count))", name)
      }
    }
  }

  /// As many classes as the published network has: 1000, 80 without the background in detection, 21
  /// with it in segmentation.
  public var defaultClasses: Int { head?.defaultClasses ?? 1000 }

  /// The side of the images that it was evaluated on, in pixels.
  public var size: Int { transform.crop }

  /// Builds the network; parameters come from `source`.
  ///
  /// - Parameter classes: nil for ``defaultClasses``.
  public func network(
    from source: any ParameterSource, classes: Int? = nil
  ) throws(ModelError) -> any Network {
    try network(from: source, options: NetworkConfiguration(classes: classes ?? defaultClasses))
  }

  /// Builds the network as a training run wants it; parameters come from `source`.
  public func network(
    from source: any ParameterSource, options: NetworkConfiguration
  ) throws(ModelError) -> any Network {
    let limit = head?.maximumClasses ?? Self.maximumClasses
    guard (1...limit).contains(options.classes) else {
      throw .classCount(found: options.classes, limit: limit)
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
  public func shapeGraph(height: Int, width: Int, classes: Int? = nil) throws -> Graph {
    try validate(batch: 1, height: height, width: width)
    return try network(from: ShapesOnly(), classes: classes)
      .graph(input: [1, height, width, 3])
  }
}
