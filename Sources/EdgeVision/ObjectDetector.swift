import EdgeBoxes
import EdgeData
import EdgeModels
import EdgeRuntime

/// A thing in a picture.
public struct LabeledDetection: Hashable, Sendable {
  public let label: String
  /// The number of the class, from 0.
  public let index: Int
  /// The softmax of the logits over all classes and the background, from 0 to 1.
  public let score: Double
  /// In pixels of the picture, within it.
  public let box: Box
}

/// Finds the things in a picture.
///
///     let detector = try ObjectDetector(weights: .file("ssd_edgeformer_s.pth"))
///     for thing in try detector.detections(inContentsOf: "street.jpg") {
///       print(thing.label, thing.score, thing.box)
///     }
///
/// Calls from several tasks at once are safe; one of them runs on all threads, the others on
/// their own.
public final class ObjectDetector: Sendable {
  public var model: ModelDescription { network.model }
  /// The whole picture, stretched to the network's input.
  public var transform: EvaluationTransform { network.transform }
  /// One name for each class; the background is none.
  public var classNames: [String] { network.classNames }
  /// Which weights are used, for the user.
  public var origin: String { network.origin }
  /// What the user should know about the weights, in sentences.
  public var warnings: [String] { network.warnings }
  private let network: PlannedNetwork
  private let decoder: DetectionDecoder

  /// The most things that are found in a picture.
  public static let limit = 200

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
  /// network lets go of them and of their file, so that it makes one detector only.
  ///
  /// - Parameters:
  ///   - size: the side of the network's input in pixels; nil for the one of the weights.
  ///   - classNames: nil for the names that come with the weights, those of COCO for 80 classes, else
  ///     numbers.
  /// - Throws: ``LabelsError``, `ModelError` where the network is for something else or doesn't take
  ///   the size.
  public init(
    _ network: PretrainedNetwork, size: Int? = nil, classNames: [String]? = nil,
    options: RuntimeOptions
  ) throws {
    let transform = EvaluationTransform(of: network, size: size)
    self.network = try PlannedNetwork(
      network, for: .detection, transform: transform, classNames: classNames, options: options)
    let model = network.model
    guard let grid = model.anchors(height: transform.crop, width: transform.crop) else {
      throw ModelError.task(model: model.name, expected: .detection, found: model.task)
    }
    var decoder = DetectionDecoder(grid: grid, classes: network.classCount)
    decoder.limitPerImage = Self.limit
    self.decoder = decoder
  }

  /// The things in a picture, the surest first, at most ``limit``.
  ///
  /// - Throws: `ImageError` where the file can't be read as a picture.
  public func detections(
    inContentsOf path: String, threshold: Double = 0.5
  ) throws -> [LabeledDetection] {
    try detections(in: Image(contentsOf: path), threshold: threshold)
  }

  /// The things in a picture, the surest first, at most ``limit``.
  ///
  /// - Parameter threshold: things of this score or a lower one are left out.
  public func detections(
    in image: Image, threshold: Double = 0.5
  ) throws -> [LabeledDetection] {
    try detections(
      .image(image), width: image.width, height: image.height, threshold: threshold)
  }

  /// The things in a picture that was prepared with ``transform`` before.
  ///
  /// - Parameters:
  ///   - prepared: what ``transform`` gives, `[crop, crop, 3]`.
  ///   - width: of the picture in pixels, which boxes are scaled to; likewise `height`.
  /// - Precondition: `prepared` has as many elements.
  public func detections(
    prepared: [Float], width: Int, height: Int, threshold: Double = 0.5
  ) throws -> [LabeledDetection] {
    try detections(.prepared(prepared), width: width, height: height, threshold: threshold)
  }

  private func detections(
    _ input: PlannedNetwork.Input, width: Int, height: Int, threshold: Double
  ) throws -> [LabeledDetection] {
    var decoder = decoder
    decoder.scoreThreshold = threshold
    var candidates = DetectionDecoder.Candidates()
    var found: [Detection] = []
    try network.run(input) { output, values in
      if output == 0 {
        candidates = decoder.candidates(scores: values)
      } else {
        found = decoder.detections(among: candidates, locations: values)
      }
    }
    let bounds = Box(left: 0, top: 0, right: Double(width), bottom: Double(height))
    return found.compactMap { labeled($0, in: bounds) }.sorted {
      ($1.score, $0.index) < ($0.score, $1.index)
    }
  }

  /// Nil for a box of which nothing lies in the picture.
  private func labeled(_ detection: Detection, in bounds: Box) -> LabeledDetection? {
    let box = detection.box.scaled(x: bounds.width, y: bounds.height).clamped(to: bounds)
    guard box.area > 0 else { return nil }
    return LabeledDetection(
      label: classNames[detection.label], index: detection.label, score: detection.score, box: box)
  }
}
