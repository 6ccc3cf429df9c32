import EdgeGraph
import EdgeNN
import OrderedCollections

/// The weights of a network, under their official names.
public struct Checkpoint: Sendable {
  /// In the order of the file.
  public let tensors: OrderedDictionary<String, TensorData>
  /// Where in the file they were, nil for the top level.
  public let key: String?
  /// What was taken off the names: "", "module.", "backbone." or several of these.
  public let prefix: String
  public let dialect: KeyDialect
  /// What the file says about them, epsilons of the dialect and the key included.
  public let metadata: WeightsMetadata
  /// What was passed over, in sentences for the user. See also ``valueWarnings()``.
  public let warnings: [String]

  private let fileName: String

  init(_ value: CheckpointValue, key: String?, file: CheckpointFile) throws(FormatError) {
    let items = value.items ?? []
    try Self.refuseUnreadable(items, key: key, path: file.path)
    let named = items.compactMap { item in
      item.key.text.flatMap { name in item.value.tensor.map { (name: name, tensor: $0) } }
    }
    let prefix = NamePrefix(names: named.map(\.name))
    let dialect = KeyDialect(names: named.lazy.map { prefix.stripped($0.name) })
    var tensors: OrderedDictionary<String, TensorData> = [:]
    tensors.reserveCapacity(named.count)
    for (name, tensor) in named where !prefix.isBookkeeping(name) {
      let official = dialect.translated(prefix.stripped(name))
      let value = official.rearrangement(tensor)
      guard tensors.updateValue(value, forKey: official.name) == nil else {
        throw .duplicate(path: file.path, place: key ?? "top level", name: official.name)
      }
    }
    self.tensors = tensors
    self.key = key
    self.prefix = prefix.text
    self.dialect = dialect
    metadata = Self.metadata(file, key, dialect.epsilonOverrides(names: tensors.keys))
    warnings = Self.warnings(skipped: items.count - tensors.count, of: items.count)
    fileName = file.path.split(separator: "/").last.map(String.init) ?? file.path
  }

  /// The weights as a model takes them.
  public var source: any ParameterSource { CheckpointSource(self) }

  /// What was chosen: `model_ema of checkpoint.pth (mmpretrain names, prefix 'backbone.')`.
  public var summary: String {
    var notes: [String] = []
    if dialect != .official { notes.append("\(dialect.library) names") }
    if !prefix.isEmpty { notes.append("prefix '\(prefix)'") }
    return (key.map { "\($0) of " } ?? "") + fileName
      + (notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))")
  }

  /// Names tensors with values that are not finite, in sentences for the user. Reads all weights.
  public func valueWarnings() -> [String] {
    tensors.compactMap { name, tensor in
      let count = tensor.nonFiniteCount
      return count == 0 ? nil : "'\(name)' holds \(count) values that are NaN or infinite"
    }
  }

  private static func metadata(
    _ file: CheckpointFile, _ key: String?, _ epsilons: [String: Double]
  ) -> WeightsMetadata {
    var metadata = WeightsMetadata(header: file.metadata)
    metadata.epsilonOverrides.merge(epsilons) { stated, _ in stated }
    if let key { metadata.sourceKey = key }
    if metadata.classNames == nil { metadata.classNames = classNames(file.root) }
    return metadata
  }

  /// Where training programs leave the names of their classes; the last two are mmpretrain's.
  private static func classNames(_ root: CheckpointValue) -> [String]? {
    let places = ["classes", "class_names", "meta.CLASSES", "meta.dataset_meta.classes"]
    return places.lazy.compactMap { WeightsSearch.value(at: $0[...], in: root)?.texts }.first
  }

  /// A tensor of a type that isn't read would be called missing; it is named instead.
  private static func refuseUnreadable(
    _ items: [(key: CheckpointValue, value: CheckpointValue)], key: String?, path: String
  ) throws(FormatError) {
    for item in items {
      guard let name = item.key.text, case .opaque(let type) = item.value,
        type.hasPrefix("torch.Tensor") || type.hasPrefix("torch._utils._rebuild_")
      else { continue }
      throw .unsupported(
        path: path, place: key ?? "top level", feature: "tensor '\(name)' (\(type))",
        advice: "save it as a dense tensor of float16, bfloat16, float32 or float64")
    }
  }

  private static func warnings(skipped: Int, of count: Int) -> [String] {
    skipped == 0 ? [] : ["passed over \(skipped) of \(count) values that are no weights"]
  }
}

/// A checkpoint's tensors as parameters.
private struct CheckpointSource: ParameterSource {
  let tensors: OrderedDictionary<String, TensorData>
  let epsilonOverrides: [String: Double]

  init(_ checkpoint: Checkpoint) {
    tensors = checkpoint.tensors
    epsilonOverrides = checkpoint.metadata.epsilonOverrides
  }

  var names: [String]? { Array(tensors.keys) }

  func shape(of name: String) -> Shape? { tensors[name]?.shape }

  /// The tensor as it is held: whoever asks compares ``shape(of:)`` first.
  func value(of name: String, shape: Shape, initializer: Initializer) -> TensorData? {
    tensors[name]
  }
}
