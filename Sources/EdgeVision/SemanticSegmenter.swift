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
  public let model: ModelDescription
  /// The whole picture, stretched to the network's input.
  public let transform: EvaluationTransform
  /// One name for each class.
  public let classNames: [String]
  /// Which weights are used, for the user.
  public let origin: String
  /// What the user should know about the weights, in sentences.
  public let warnings: [String]
  private let executor: Executor<PretrainedNetwork.Request>

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
    try network.model.require(.segmentation)
    model = network.model
    origin = network.origin
    warnings = network.warnings
    transform = EvaluationTransform(of: network, size: size)
    self.classNames = try network.labels(given: classNames)
    executor = network.executor(options)
    try executor.releaseParameters(of: request)
  }

  private var request: PretrainedNetwork.Request {
    .init(height: transform.crop, width: transform.crop, answers: true)
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
    try segmentation(width: image.width, height: image.height) { input in
      transform(image, into: &input)
    }
  }

  /// The class of every pixel of a picture that was prepared with ``transform`` before.
  ///
  /// - Parameters:
  ///   - prepared: what ``transform`` gives, `[crop, crop, 3]`.
  ///   - width: of the picture in pixels, which the mask is made for; likewise `height`.
  /// - Precondition: `prepared` has as many elements; `width` and `height` are at least 1.
  public func segmentation(prepared: [Float], width: Int, height: Int) throws -> Segmentation {
    try segmentation(width: width, height: height) { input in
      precondition(
        prepared.count == input.count, "\(prepared.count) values, expected \(input.count)")
      for index in prepared.indices { input[index] = prepared[index] }
    }
  }

  private func segmentation(
    width: Int, height: Int, fill: (inout MutableSpan<Float>) -> Void
  ) throws -> Segmentation {
    let program = try executor.program(for: request)
    var labels: [UInt8] = []
    program.run { _, input in
      fill(&input)
    } read: { _, values in
      labels = values.indices.map { UInt8(values[$0]) }
    }
    let mask = Mask(width: transform.crop, height: transform.crop, labels: labels)
    return Segmentation(mask.resized(width: width, height: height), classNames: classNames)
  }
}
