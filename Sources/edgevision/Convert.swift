import ArgumentParser
import EdgeData
import EdgeFormats
import EdgeGraph
import EdgeModels
import EdgeVision

struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the weights of a checkpoint under their official names.",
    discussion: """
      The format follows the output's extension: .safetensors. What is known about the weights
      (network, class names, how pictures are prepared) travels in the file's header.

      EXAMPLES
        edgevision convert edgenext_small.pth edgenext_small.safetensors
        edgevision convert mine.pth mine.safetensors --key model_ema --dtype f16
      """)

  @Argument(help: "The checkpoint to read.")
  var input: String

  @Argument(help: "The file to write.")
  var output: String

  @Option(help: "The network's name; default: what the weights say.")
  var model: String?

  @Option(help: ArgumentHelp("Where in the file the weights are.", valueName: "K"))
  var key: String?

  @Option(help: "The type of floating-point tensors; default: as they are.")
  var dtype: StoredType?

  @Option(help: ArgumentHelp("Note another side of the network's input.", valueName: "N"))
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
    guard output.hasSuffix(".safetensors") else {
      throw ValidationError("'\(output)': the output must end in .safetensors.")
    }
    if let size, !(1...16384).contains(size) {
      throw ValidationError("--size must be between 1 and 16384, got \(size).")
    }
    _ = try model.map { try ModelDescription.named($0) }
  }

  func run() throws {
    let description = try model.map { try ModelDescription.named($0) }
    let network = try PretrainedNetwork(description, weights: .file(input), key: key)
    Console.note("\(network.model.name): \(network.origin)")
    for warning in network.warnings { Console.note("warning: \(warning)") }
    let checkpoint = try CheckpointFile(contentsOf: input).weights(key: key)
    let tensors = checkpoint.tensors.mapValues { tensor in
      dtype.map { tensor.converted(to: $0.dtype) } ?? tensor
    }
    try Safetensors.write(tensors, metadata: network.metadata(size: size), to: output)
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
    metadata.mean = transform.mean.map { Double(String(describing: $0)) ?? Double($0) }
    metadata.std = transform.std.map { Double(String(describing: $0)) ?? Double($0) }
    return metadata
  }
}
