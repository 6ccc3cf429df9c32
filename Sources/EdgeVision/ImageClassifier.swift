import EdgeData
import EdgeFormats
import EdgeGraph
import EdgeModels
import EdgeRuntime

/// One class that a picture may show.
public struct Prediction: Hashable, Sendable {
  public let label: String
  /// The number of the class, from 0.
  public let index: Int
  /// The softmax of the logits, from 0 to 1; over all classes they sum to 1.
  public let score: Double
}

/// The output of one stage of a network.
public struct FeatureMap: Sendable {
  /// `stage1` and so on.
  public let name: String
  /// `[h, w, c]`.
  public let shape: Shape
  /// In C order.
  public let values: [Float]
}

/// Tells what is in a picture.
///
///     let classifier = try ImageClassifier(.edgeNeXtSmall, weights: .file("edgenext_small.pth"))
///     let predictions = try classifier.predict(contentsOf: "bird.jpg", top: 5)
///
/// Calls from several tasks at once are safe; one of them runs on all threads, the others on
/// their own.
public final class ImageClassifier: Sendable {
  public var model: ModelDescription { network.model }
  public var transform: EvaluationTransform { network.transform }
  /// One name for each class.
  public var labels: [String] { network.classNames }
  /// Which weights are used, for the user.
  public var origin: String { network.origin }
  /// What the user should know about the weights, in sentences.
  public var warnings: [String] { network.warnings }
  private let network: PlannedNetwork

  /// Loads weights and plans the network.
  ///
  /// - Parameters:
  ///   - model: nil for the network that the weights are of.
  ///   - weights: nil for the official ones of `model`, or the shipped ones without a model.
  ///   - key: where in the file the weights are; nil for the first usual place that holds some.
  ///   - threads: nil for as many as the process has processors.
  /// - Throws: what ``PretrainedNetwork/init(_:weights:key:report:)`` throws.
  public convenience init(
    _ model: ModelDescription? = nil, weights: Weights? = nil, key: String? = nil,
    threads: Int? = nil
  ) throws {
    let network = try PretrainedNetwork(model, weights: weights, key: key)
    try self.init(
      network, transform: EvaluationTransform(of: network),
      options: RuntimeOptions(threads: threads ?? availableProcessors))
  }

  /// Plans a network that is loaded already, and takes its weights over: once they are packed, the
  /// network lets go of them and of their file, so that it makes one classifier only.
  ///
  /// - Parameter labels: nil for the names that come with the weights, those of ImageNet-1k for
  ///   1000 classes, else numbers.
  /// - Throws: ``LabelsError``, `ModelError` where the network is for something else or doesn't take
  ///   the transform's size.
  public init(
    _ network: PretrainedNetwork, transform: EvaluationTransform, labels: [String]? = nil,
    options: RuntimeOptions
  ) throws {
    self.network = try PlannedNetwork(
      network, for: .classification, transform: transform, classNames: labels, options: options)
  }

  /// The likeliest classes of a picture, best first.
  /// - Throws: `ImageError` where the file can't be read as a picture.
  public func predict(contentsOf path: String, top: Int = 5) throws -> [Prediction] {
    try predict(Image(contentsOf: path), top: top)
  }

  /// The likeliest classes of a picture, best first.
  public func predict(_ image: Image, top: Int = 5) throws -> [Prediction] {
    let logits = try network.outputs(of: image)[0].floats()
    let scores = softmax(logits)
    let order = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
    return order.prefix(max(0, top)).map { index in
      Prediction(label: labels[index], index: index, score: scores[index])
    }
  }

  /// The outputs of the network's stages for a picture, finest first.
  public func features(of image: Image) throws -> [FeatureMap] {
    let outputs = try network.outputs(of: image, features: true)
    return outputs.dropFirst().enumerated().map { index, output in
      let shape = Shape(Array(output.shape.dimensions.dropFirst()))
      return FeatureMap(name: "stage\(index + 1)", shape: shape, values: output.floats())
    }
  }
}
