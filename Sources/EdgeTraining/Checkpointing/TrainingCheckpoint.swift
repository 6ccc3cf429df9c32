import EdgeFormats
import EdgeGraph
import OrderedCollections

/// All that a training run needs to go on, in one safetensors file.
///
/// Tensors are named `model.NAME`, `model_ema.NAME`, `moment1.NAME` and `moment2.NAME`; `training`
/// in the metadata holds the ``TrainingState``. Readers of weights take the file for one with
/// `model_ema` and `model` inside, as they are in the official checkpoints.
public struct TrainingCheckpoint: Sendable {
  public typealias Tensors = OrderedDictionary<String, TensorData>

  /// Parameters and buffers under their official names.
  public var weights: Tensors
  /// Their moving averages, if the run keeps any.
  public var averages: Tensors?
  /// The optimizer's moving averages by parameter, as many as it has: none, one or two.
  public var moments: [Tensors]
  public var state: TrainingState
  /// Network, class names and how pictures are prepared.
  public var metadata: WeightsMetadata

  public init(
    weights: Tensors, averages: Tensors?, moments: [Tensors], state: TrainingState,
    metadata: WeightsMetadata
  ) {
    precondition(moments.count <= Self.momentNames.count, "\(moments.count) moments")
    self.weights = weights
    self.averages = averages
    self.moments = moments
    self.state = state
    self.metadata = metadata
  }

  private static let momentNames = ["moment1", "moment2"]

  /// Writes the file; it appears whole or not at all.
  public func write(to path: String) throws(FormatError) {
    var tensors: Tensors = [:]
    for (name, tensor) in weights { tensors["model.\(name)"] = tensor }
    for (name, tensor) in averages ?? [:] { tensors["model_ema.\(name)"] = tensor }
    for (section, moment) in zip(Self.momentNames, moments) {
      for (name, tensor) in moment { tensors["\(section).\(name)"] = tensor }
    }
    var texts = metadata.header
    texts[CheckpointFile.trainingKey] = state.json.description
    try Safetensors.write(tensors, texts: texts, to: path)
  }

  /// Reads a file that ``write(to:)`` wrote. Its tensors stay in the mapped file.
  public init(contentsOf path: String) throws(FormatError) {
    let file = try CheckpointFile(contentsOf: path)
    guard let text = file.metadata[CheckpointFile.trainingKey] else {
      throw .unsupported(
        path: path, place: "metadata", feature: "going on without a run's state",
        advice: "name a last.safetensors, or start from these weights with --weights")
    }
    state = try TrainingState(json: text, path: path)
    metadata = WeightsMetadata(header: file.metadata)
    weights = try Self.section("model", file) ?? [:]
    guard !weights.isEmpty else {
      throw .malformed(
        path: path, place: "tensors", expected: "names that start with 'model.'", found: "none")
    }
    averages = try Self.section("model_ema", file)
    moments = []
    for name in Self.momentNames {
      guard let moment = try Self.section(name, file) else { break }
      moments.append(moment)
    }
    try validate(file)
  }

  /// The tensors whose names start with a word and a dot, without these; nil where there are none.
  private static func section(
    _ name: String, _ file: CheckpointFile
  ) throws(FormatError) -> Tensors? {
    guard let items = file.root[name]?.items else { return nil }
    var tensors: Tensors = [:]
    for item in items { tensors[item.key.text ?? ""] = item.value.tensor }
    return tensors
  }

  /// Checks that all sections speak of the same parameters.
  private func validate(_ file: CheckpointFile) throws(FormatError) {
    let sections = ["model", "model_ema"] + Self.momentNames
    for item in file.root.items ?? []
    where item.value.items == nil || !sections.contains(item.key.text ?? "") {
      throw .malformed(
        path: file.path, place: "tensors",
        expected: "names that start with " + sections.map { "'\($0).'" }.joined(separator: ", "),
        found: "'\(item.key.text ?? "")'")
    }
    if let averages {
      try validate(averages, "model_ema", file)
      if let missing = weights.keys.first(where: { averages[$0] == nil }) {
        throw .malformed(
          path: file.path, place: "tensor 'model_ema.\(missing)'",
          expected: "an average for every weight", found: "none")
      }
    }
    for (name, moment) in zip(Self.momentNames, moments) { try validate(moment, name, file) }
  }

  private func validate(
    _ tensors: Tensors, _ section: String, _ file: CheckpointFile
  ) throws(FormatError) {
    for (name, tensor) in tensors {
      guard let weight = weights[name], weight.shape == tensor.shape, weight.dtype == tensor.dtype
      else {
        throw .malformed(
          path: file.path, place: "tensor '\(section).\(name)'",
          expected: weights[name].map { "\($0.dtype) of shape \($0.shape)" }
            ?? "the name of a weight",
          found: "\(tensor.dtype) of shape \(tensor.shape)")
      }
    }
  }
}
