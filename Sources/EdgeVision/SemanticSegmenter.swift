import EdgeData
import EdgeModels
import EdgeRuntime

/// What is where in a picture.
public struct Segmentation: Hashable, Sendable {
  /// The class of every pixel of the picture.
  public let mask: Mask
  public let classNames: [String]
  /// For each class, the part of the pixels that are of it; they sum to 1.
  public let fractions: [Double]

  init(_ mask: Mask, classNames: [String]) {
    self.mask = mask
    self.classNames = classNames
    var counts = [Int](repeating: 0, count: 256)
    for label in mask.labels { counts[Int(label)] += 1 }
    fractions = classNames.indices.map { Double(counts[$0]) / Double(mask.labels.count) }
  }
}

/// Tells what every pixel of a picture shows.
///
///     let segmenter = try SemanticSegmenter(weights: .file("deeplabv3_edgeformer_s.pth"))
///     let segmentation = try segmenter.segmentation(ofContentsOf: "street.jpg")
///     for (name, fraction) in zip(segmentation.classNames, segmentation.fractions) {
///       print(name, fraction)
///     }
///
/// Calls from several tasks at once are safe; one of them runs on all threads, the others on
/// their own.
public final class SemanticSegmenter: Sendable {
  public var model: ModelDescription { network.model }
  /// The whole picture, stretched to the network's input.
  public var transform: EvaluationTransform { network.transform }
  /// One name for each class.
  public var classNames: [String] { network.classNames }
  /// Which weights are used, for the user.
  public var origin: String { network.origin }
  /// What the user should know about the weights, in sentences.
  public var warnings: [String] { network.warnings }
  private let network: PlannedNetwork

  /// Loads weights and plans the network.
  ///
  /// - Parameters:
  ///   - model: nil for the network that the weights are of.
  ///   - weights: none come with the package.
  ///   - key: where in the file the weights are; nil for the first usual place that holds some.
  ///   - threads: nil for as many as the process has processors.
  /// - Throws: what ``PretrainedNetwork/init(_:weights:key:report:)`` throws, and `ModelError` where
  ///   the network is for something else.
  public convenience init(
    _ model: ModelDescription? = nil, weights: Weights, key: String? = nil, threads: Int? = nil
  ) throws {
    try self.init(
      PretrainedNetwork(model, weights: weights, key: key),
      options: RuntimeOptions(threads: threads ?? availableProcessors))
  }

  /// Plans a network that is loaded already, and takes its weights over: once they are packed, the
  /// network lets go of them and of their file, so that it makes one segmenter only.
  ///
  /// - Parameters:
  ///   - size: the side of the network's input in pixels; nil for the one of the weights.
  ///   - classNames: nil for the names that come with the weights, those of PASCAL VOC for 21
  ///     classes, else numbers.
  /// - Throws: ``LabelsError``, `ModelError` where the network is for something else or doesn't take
  ///   the size.
  public init(
    _ network: PretrainedNetwork, size: Int? = nil, classNames: [String]? = nil,
    options: RuntimeOptions
  ) throws {
    self.network = try PlannedNetwork(
      network, for: .segmentation, transform: EvaluationTransform(of: network, size: size),
      classNames: classNames, options: options)
  }

  /// The class of every pixel of a picture.
  ///
  /// - Throws: `ImageError` where the file can't be read as a picture.
  public func segmentation(ofContentsOf path: String) throws -> Segmentation {
    try segmentation(of: Image(contentsOf: path))
  }

  /// The class of every pixel of a picture: the likeliest one at the nearest pixel of the network's
  /// output.
  public func segmentation(of image: Image) throws -> Segmentation {
    try segmentation(.image(image), width: image.width, height: image.height)
  }

  /// The class of every pixel of a picture that was prepared with ``transform`` before.
  ///
  /// - Parameters:
  ///   - prepared: what ``transform`` gives, `[crop, crop, 3]`.
  ///   - width: of the picture in pixels, which the mask is made for; likewise `height`.
  /// - Precondition: `prepared` has as many elements; `width` and `height` are at least 1.
  public func segmentation(prepared: [Float], width: Int, height: Int) throws -> Segmentation {
    try segmentation(.prepared(prepared), width: width, height: height)
  }

  private func segmentation(
    _ input: PlannedNetwork.Input, width: Int, height: Int
  ) throws -> Segmentation {
    var labels: [UInt8] = []
    try network.run(input) { _, values in
      labels = values.indices.map { UInt8(values[$0]) }
    }
    let mask = Mask(width: transform.crop, height: transform.crop, labels: labels)
    return Segmentation(mask.resized(width: width, height: height), classNames: classNames)
  }
}
