import ArgumentParser
import EdgeFormats
import EdgeGraph
import EdgeVision

struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the weights of a checkpoint under their official names.",
    discussion: """
      The format follows the output's extension: .safetensors, or .pth (.pt) for
      PyTorch. What is known about the weights (network, class names, how pictures
      are prepared, epsilons) travels in the header of a .safetensors file; a .pth
      file holds the weights under the key model, and the class names. An output
      that exists is replaced once the new one is complete.

      EXAMPLES
        edgevision convert edgenext_small.pth edgenext_small.safetensors
        edgevision convert mine.pth mine.safetensors --key model_ema --dtype f16
        edgevision convert best.safetensors best.pth
      """)

  @Argument(help: ArgumentHelp("The checkpoint to read.", valueName: "IN"))
  var input: String

  @Argument(help: ArgumentHelp("The file to write.", valueName: "OUT"))
  var output: String

  @OptionGroup var choice: ModelOptions

  @Option(help: ArgumentHelp("Where in the file the weights are.", valueName: "K"))
  var key: String?

  @Option(help: "The type of floating-point tensors. Default: as they are.")
  var dtype: StoredType?

  @Option(
    help: ArgumentHelp("Note N as the side of the network's input in pixels.", valueName: "N"))
  var size: Int?

  enum StoredType: String, ExpressibleByArgument, CaseIterable {
    case f32, f16, bf16

    var dtype: DType {
      switch self {
      case .f32: .float32
      case .f16: .float16
      case .bf16: .bfloat16
      }
    }
  }

  func validate() throws {
    guard output.hasSuffix(".safetensors") || isForPyTorch else {
      throw ValidationError("'\(output)': the output must end in .safetensors, .pth or .pt.")
    }
    if size != nil && isForPyTorch {
      throw ValidationError("--size is noted in .safetensors files only.")
    }
    try checkInputSide(size)
  }

  func run() throws {
    let network = try PretrainedNetwork(choice.model, weights: .file(input), key: key)
    network.introduce()
    if let size { try network.model.validate(batch: 1, height: size, width: size) }
    let checkpoint = try CheckpointFile(contentsOf: input).weights(key: key)
    let tensors = checkpoint.tensors.mapValues { tensor in
      dtype.map { tensor.converted(to: $0.dtype) } ?? tensor
    }
    for (name, tensor) in tensors where tensor.overflowed(from: checkpoint.tensors[name]) {
      Console.note(
        "warning: '\(name)' holds values that are too large for \(tensor.dtype.rawValue)")
    }
    let metadata = network.metadata(size: size)
    guard isForPyTorch else {
      try Safetensors.write(tensors, metadata: metadata, to: output)
      return
    }
    if !metadata.epsilonOverrides.isEmpty {
      Console.note("warning: a .pth file doesn't tell the epsilons that these weights came with")
    }
    var named = tensors
    for (alias, name) in network.model.aliases(of: tensors.keys) { named[alias] = tensors[name] }
    try PyTorchWriter.write(named, metadata: metadata, to: output)
  }

  private var isForPyTorch: Bool { output.hasSuffix(".pth") || output.hasSuffix(".pt") }
}

extension TensorData {
  /// Whether values became infinite when a tensor was converted to this one.
  fileprivate func overflowed(from original: TensorData?) -> Bool {
    guard let original, dtype != original.dtype else { return false }
    return TensorStatistics(self).infiniteCount > TensorStatistics(original).infiniteCount
  }
}

extension PretrainedNetwork {
  /// The metadata with everything filled in that is known about the network.
  fileprivate func metadata(size: Int?) -> WeightsMetadata {
    let transform = EvaluationTransform(of: self, size: size)
    var metadata = metadata
    metadata.model = model.name
    metadata.size = transform.crop
    metadata.resize = transform.resize
    metadata.crop = transform.crop
    metadata.interpolation = metadata.interpolation ?? model.transform.interpolation
    metadata.channelOrder = transform.channelOrder.rawValue
    metadata.mean = transform.mean.map { Double(String(describing: $0)) ?? Double($0) }
    metadata.std = transform.std.map { Double(String(describing: $0)) ?? Double($0) }
    return metadata
  }
}
