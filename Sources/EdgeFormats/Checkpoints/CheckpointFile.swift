import EdgeGraph

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
  /// Everything that the file holds; of safetensors, a dictionary of tensors by name.
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
      root = .dictionary(reader.tensors.map { (.string($0.name), .tensor($0.tensor)) })
      metadata = reader.metadata
    }
  }

  /// The weights inside, under their official names.
  ///
  /// - Parameter key: where they are, as a path with dots (`state.model`). Without it, the first
  ///   that holds tensors of `model_ema`, `state_dict_ema`, `state_dict`, `model` and the top
  ///   level.
  public func weights(key: String? = nil) throws(FormatError) -> Checkpoint {
    let (found, value) = try WeightsSearch(self).find(key)
    return try Checkpoint(value, key: found, file: self)
  }
}
