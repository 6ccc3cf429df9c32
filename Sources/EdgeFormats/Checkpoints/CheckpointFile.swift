import EdgeGraph
import OrderedCollections

/// A file of weights, mapped into memory and understood as far as it goes.
///
/// Tensors stay in the mapping where their layout allows it; the file must not be changed while
/// any of them lives.
public struct CheckpointFile: Sendable {
  public enum Format: String, Sendable, CaseIterable {
    /// The zip file of `torch.save`.
    case pytorch
    /// The stream of pickles that `torch.save` wrote before PyTorch 1.6.
    case pytorchLegacy
    case safetensors
  }

  public let path: String
  public let format: Format
  /// Everything that the file holds; of safetensors, a dictionary of tensors by name, or of such
  /// dictionaries where training left its state (``trainingKey``).
  public let root: CheckpointValue
  /// The `__metadata__` of safetensors.
  public let metadata: [String: String]

  /// Reads a file. Its format is told by its content, whatever its name.
  public init(contentsOf path: String) throws(FormatError) {
    try self.init(ByteSlice(try MappedBytes(contentsOf: path)), path: path)
  }

  /// Reads a checkpoint from memory; `name` stands for the file's in messages.
  public init(bytes: [UInt8], name: String) throws(FormatError) {
    try self.init(ByteSlice(try MappedBytes(copying: bytes, name: name)), path: name)
  }

  private init(_ file: ByteSlice, path: String) throws(FormatError) {
    self.path = path
    format = try FileSignature.format(of: file)
    switch format {
    case .pytorch:
      root = try PyTorchArchive.read(file)
      metadata = [:]
    case .pytorchLegacy:
      root = try LegacyStream.read(file)
      metadata = [:]
    case .safetensors:
      let reader = try SafetensorsReader(file)
      metadata = reader.metadata
      root = metadata[Self.trainingKey] == nil ? reader.root : reader.trainingRoot
    }
  }

  /// The metadata by which a file is known that holds a training run.
  package static let trainingKey = "training"

  /// The weights inside, under their official names.
  ///
  /// - Parameter key: where they are, as a path with dots (`state.model`). Without it, the first
  ///   that holds tensors of `model_ema`, `state_dict_ema`, `ema_state_dict`, `state_dict`,
  ///   `model`, `model_state_dict` and the top level.
  public func weights(key: String? = nil) throws(FormatError) -> Checkpoint {
    let (found, value) = try WeightsSearch(self).find(key)
    return try Checkpoint(value, key: found, file: self)
  }
}

extension SafetensorsReader {
  fileprivate var root: CheckpointValue {
    .dictionary(tensors.map { (.string($0.name), .tensor($0.tensor)) })
  }

  /// Tensors in a dictionary for each first part of their names: `model.NAME`, `moment1.NAME`.
  fileprivate var trainingRoot: CheckpointValue {
    var sections: OrderedDictionary<String, [(key: CheckpointValue, value: CheckpointValue)]> = [:]
    var others: [(key: CheckpointValue, value: CheckpointValue)] = []
    for (name, tensor) in tensors {
      let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 {
        sections[String(parts[0]), default: []].append((.string(String(parts[1])), .tensor(tensor)))
      } else {
        others.append((.string(name), .tensor(tensor)))
      }
    }
    return .dictionary(sections.map { (.string($0.key), .dictionary($0.value)) } + others)
  }
}
