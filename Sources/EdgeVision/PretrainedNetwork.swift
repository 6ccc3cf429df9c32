import EdgeFormats
import EdgeGraph
import EdgeModels
import EdgeNN
import EdgeRuntime

/// A network with its weights, and what is known about them: which they are, which classes they
/// tell apart, how pictures are prepared for them.
public struct PretrainedNetwork: Sendable {
  public let model: ModelDescription
  public let classCount: Int
  /// What travels with the weights.
  public let metadata: WeightsMetadata
  /// Which weights these are, for the user: "model_ema of edgenext_small.pth".
  public let origin: String
  /// What the user should know about the weights, in sentences.
  public let warnings: [String]
  /// What graphs are recorded from.
  package let network: any Network

  /// Loads weights.
  ///
  /// - Parameters:
  ///   - model: nil for the network that the file names, or whose names and shapes it holds.
  ///   - weights: nil for the official ones of `model`, or the shipped ones without a model.
  ///   - key: where in the file the weights are; nil for the first usual place that holds some.
  ///   - report: called as a download goes on.
  /// - Throws: ``DownloadError``, ``WeightsError`` or `FormatError`.
  public init(
    _ model: ModelDescription? = nil, weights: Weights? = nil, key: String? = nil,
    report: (DownloadEvent) -> Void = { _ in }
  ) throws {
    let located = try LocatedWeights(
      model, weights ?? (model == nil ? .shipped : .official), report)
    do {
      try self.init(model, located.checkpoint(key: key))
    } catch {
      throw located.explained(error)
    }
  }

  private init(_ model: ModelDescription?, _ checkpoint: Checkpoint) throws {
    let source = checkpoint.source
    let model = try model ?? Self.model(of: checkpoint)
    self.model = model
    classCount = model.classCount(of: source) ?? model.defaultClasses
    metadata = checkpoint.metadata
    origin = checkpoint.summary
    warnings = checkpoint.warnings + checkpoint.valueWarnings()
    network = try model.network(from: source, classes: classCount)
  }

  /// A network whose parameters follow from their names by a rule, for comparisons and timing.
  ///
  /// - Parameter classes: nil for as many as the published network has.
  public init(_ model: ModelDescription, synthetic tag: String, classes: Int? = nil) throws {
    self.model = model
    classCount = classes ?? model.defaultClasses
    metadata = WeightsMetadata()
    origin = "synthetic weights '\(tag)'"
    warnings = []
    network = try model.network(from: SyntheticParameters(tag: tag), classes: classCount)
  }

  private static func model(of checkpoint: Checkpoint) throws(ModelError) -> ModelDescription {
    if let name = checkpoint.metadata.model { return try .named(name) }
    return try .identified(from: checkpoint.source)
  }

  /// The weights under their official names, to build other networks from.
  package func parameters() throws -> LoadedParameters {
    let graph = try network.graph(input: [1, model.size, model.size, 3])
    return LoadedParameters(
      graph.parameters, epsilonOverrides: metadata.epsilonOverrides)
  }

  /// What the network is run on.
  public struct Request: Hashable, Sendable {
    /// `[n, h, w, 3]`.
    public let input: Shape
    /// Whether the stages' outputs are wanted too.
    public let features: Bool
    /// Whether `NetworkOutputs/answers(of:)` are wanted in place of the results.
    public let answers: Bool

    public init(
      batch: Int = 1, height: Int, width: Int, features: Bool = false, answers: Bool = false
    ) {
      input = [batch, height, width, 3]
      self.features = features
      self.answers = answers
    }
  }

  /// Runs the network on this machine; throws `ModelError` for sizes that it doesn't take.
  public func executor(_ options: RuntimeOptions) -> Executor<Request> {
    Executor(options: options) { [model, network] request in
      let input = request.input
      try model.validate(batch: input[0], height: input[1], width: input[2])
      return try network.graph(
        input: input, features: request.features, answering: request.answers ? model.task : nil)
    }
  }
}

/// The file behind a choice of weights.
private enum LocatedWeights {
  case shipped
  case file(String)
  /// A file of the cache; `key` is the published entry, where the authors name one.
  case downloaded(path: String, key: String?)

  init(
    _ model: ModelDescription?, _ weights: Weights, _ report: (DownloadEvent) -> Void
  ) throws {
    switch weights {
    case .shipped:
      self = .shipped
    case .file(let path):
      self = .file(path)
    case .url(let address):
      self = .downloaded(path: try WeightsCache().file(at: address, report: report), key: nil)
    case .official:
      guard let model else { throw WeightsError.modelNeeded }
      guard let published = PublishedWeights(model: model.name) else {
        throw WeightsError.unpublished(model: model.name)
      }
      let path = try WeightsCache().file(for: published, report: report)
      self = .downloaded(path: path, key: published.key)
    }
  }

  func checkpoint(key: String?) throws(FormatError) -> Checkpoint {
    switch self {
    case .shipped: try ShippedWeights.file().weights(key: key)
    case .file(let path): try CheckpointFile(contentsOf: path).weights(key: key)
    case .downloaded(let path, let published):
      try Self.checkpoint(CheckpointFile(contentsOf: path), key: key, published: published)
    }
  }

  /// The published entry counts where the file has it: it may have been converted since.
  private static func checkpoint(
    _ file: CheckpointFile, key: String?, published: String?
  ) throws(FormatError) -> Checkpoint {
    do throws(FormatError) {
      return try file.weights(key: key ?? published)
    } catch {
      guard key == nil, case .noSuchKey = error else { throw error }
      return try file.weights()
    }
  }

  /// The error with the file that it is about, and what to do about it.
  func explained(_ error: any Error) -> any Error {
    switch (self, error) {
    case (.downloaded(let path, _), let error as FormatError):
      WeightsError.unusableDownload(path: path, reason: error.description)
    case (.downloaded(let path, _), let error as ModelError):
      WeightsError.unusableDownload(path: path, reason: error.description)
    case (.file(let path), let error as ModelError):
      WeightsError.unusable(path: path, reason: error)
    default:
      error
    }
  }
}

/// Why a choice of weights can't be met.
public enum WeightsError: Error, Equatable, Sendable {
  /// Official weights were asked for without saying of which model.
  case modelNeeded
  case unpublished(model: String)
  /// The file's tensors don't make the network.
  case unusable(path: String, reason: ModelError)
  /// What was downloaded is no checkpoint, or not one of the network.
  case unusableDownload(path: String, reason: String)
}

extension WeightsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .modelNeeded:
      "weights 'official' need a model; name it (--model)"
    case .unpublished(let model):
      "the authors of \(model) publish no weights; give a file (--weights FILE)"
    case .unusable(let path, let reason):
      "\(path): \(reason)"
    case .unusableDownload(let path, let reason):
      "\(reason)\n"
        + "This is a downloaded file. If it is damaged, delete it to have it downloaded again: \(path)"
    }
  }
}
