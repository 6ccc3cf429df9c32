import EdgeData
import EdgeGraph
import EdgeModels
import EdgeRuntime

/// A network that is planned for single pictures, with what is told about it: what classifiers,
/// detectors and segmenters have in common.
struct PlannedNetwork: Sendable {
  /// What the network is run on.
  enum Input {
    case image(Image)
    /// What the transform made of a picture, `[crop, crop, 3]`.
    case prepared([Float])
  }

  let model: ModelDescription
  let transform: EvaluationTransform
  let classNames: [String]
  let origin: String
  let warnings: [String]
  private let executor: Executor<PretrainedNetwork.Request>

  /// Plans the network and takes its weights over.
  ///
  /// - Parameter classNames: nil for those of ``PretrainedNetwork/labels(given:)``.
  /// - Throws: ``LabelsError``, `RuntimeError`, `ModelError` where the network is for something else
  ///   or doesn't take the transform's size.
  init(
    _ network: PretrainedNetwork, for task: NetworkTask, transform: EvaluationTransform,
    classNames: [String]?, options: RuntimeOptions
  ) throws {
    try network.model.require(task)
    model = network.model
    self.transform = transform
    self.classNames = try network.labels(given: classNames)
    origin = network.origin
    warnings = network.warnings
    executor = network.executor(options)
    try executor.releaseParameters(of: request())
  }

  /// Detectors and segmenters answer in the network's program.
  private func request(features: Bool = false) -> PretrainedNetwork.Request {
    .init(
      height: transform.crop, width: transform.crop, features: features,
      answers: model.task != .classification)
  }

  /// The network's outputs for a picture; with those of its stages, if they are asked for.
  func outputs(of image: Image, features: Bool = false) throws -> [TensorData] {
    let program = try executor.program(for: request(features: features))
    return program.run { _, values in transform(image, into: &values) }
  }

  /// Runs the network and lets its outputs be read where they lie.
  ///
  /// - Parameter read: gets the number of each output and its values.
  /// - Precondition: what is prepared has as many elements as the network's input.
  func run(_ input: Input, read: (Int, Span<Float>) -> Void) throws {
    let program = try executor.program(for: request())
    program.run { _, values in
      fill(&values, with: input)
    } read: { output, values in
      read(output, values)
    }
  }

  private func fill(_ values: inout MutableSpan<Float>, with input: Input) {
    switch input {
    case .image(let image): transform(image, into: &values)
    case .prepared(let prepared):
      precondition(
        prepared.count == values.count, "\(prepared.count) values, expected \(values.count)")
      for index in prepared.indices { values[index] = prepared[index] }
    }
  }
}
