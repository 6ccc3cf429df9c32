import ArgumentParser
import EdgeFormats
import EdgeGraph
import EdgeVision
import OrderedCollections

struct Infer: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a network on a tensor.",
    discussion: """
      Reads the tensor 'input' (n, 3, h, w, float32), already normalized, and writes
      what the network gives: 'logits' (n, classes); of a detector 'confidences'
      (n, anchors, classes + 1), 'locations' (n, anchors, 4) and 'anchors'
      (anchors, 4); of a segmenter 'logits' (n, classes, h, w). With --features also
      the feature maps (n, c, h, w), named as in the official code, or 'stage1' to
      'stage4'.

      EXAMPLES
        edgevision infer --model edgenext_small --weights edgenext_small.pth \\
          --input in.safetensors --output out.safetensors
        edgevision infer --model edgenext_base --synthetic v1 --features \\
          --input in.safetensors --output out.safetensors
        edgevision infer --head ssd --backbone edgenext_small --synthetic v1 \\
          --input in.safetensors --output out.safetensors
      """)

  @OptionGroup var network: NetworkOptions
  @OptionGroup var threads: ThreadOptions

  @Option(
    help: ArgumentHelp(
      "Weights that follow from their names by a fixed rule, instead of --weights.",
      valueName: "TAG"))
  var synthetic: String?

  @Option(help: ArgumentHelp("Number of classes of synthetic weights.", valueName: "K"))
  var classes: Int?

  @Option(help: ArgumentHelp("Tensors to read.", valueName: "IN.safetensors"))
  var input: String

  @Option(help: ArgumentHelp("Where the results go.", valueName: "OUT.safetensors"))
  var output: String

  @Flag(help: "Write the outputs of the stages too.")
  var features = false

  func validate() throws {
    guard (synthetic == nil) != (network.weights == nil) else {
      throw ValidationError("give either --weights or --synthetic.")
    }
    if synthetic != nil && network.model == nil {
      throw ValidationError("--synthetic needs --model.")
    }
    if synthetic == nil && classes != nil {
      throw ValidationError("--classes goes with --synthetic; weights have their own number.")
    }
    if synthetic != nil && network.key != nil {
      throw ValidationError("--key goes with --weights.")
    }
    guard output.hasSuffix(".safetensors") else {
      throw ValidationError("--output must end in .safetensors, got '\(output)'.")
    }
  }

  func run() throws {
    let options = try threads.runtime
    let image = try readInput()
    let network = try loadNetwork()
    let request = PretrainedNetwork.Request(
      batch: image.shape[0], height: image.shape[2], width: image.shape[3], features: features)
    let program = try network.executor(options).program(for: request)
    let results = program.run(image.channelsLast().floats())
    var tensors: OrderedDictionary<String, TensorData> = [:]
    for (name, result) in zip(program.outputs, results) {
      tensors[name] = result.shape.rank == 4 ? result.channelsFirst() : result
    }
    tensors["anchors"] = network.model.anchors(height: image.shape[2], width: image.shape[3])
      .map { TensorData($0.values, shape: [$0.count, 4]) }
    var metadata = WeightsMetadata()
    metadata.model = network.model.name
    try Safetensors.write(tensors, metadata: metadata, to: output)
  }

  private func loadNetwork() throws -> PretrainedNetwork {
    guard let synthetic, let model = network.model else { return try network.load() }
    return try PretrainedNetwork(model, synthetic: synthetic, classes: classes)
  }

  private func readInput() throws -> TensorData {
    let file = try CheckpointFile(contentsOf: input)
    guard let tensor = file.root["input"]?.tensor else {
      throw InputError.missing(path: input)
    }
    guard tensor.dtype == .float32, tensor.shape.rank == 4, tensor.shape[1] == 3 else {
      throw InputError.unsuitable(path: input, dtype: tensor.dtype, shape: tensor.shape)
    }
    return tensor
  }
}

/// Why a file can't be the input of a network.
private enum InputError: Error, CustomStringConvertible {
  case missing(path: String)
  case unsuitable(path: String, dtype: DType, shape: Shape)

  var description: String {
    switch self {
    case .missing(let path):
      "\(path): no tensor 'input'; give the images this name"
    case .unsuitable(let path, let dtype, let shape):
      "\(path): 'input' is \(dtype.rawValue) \(shape); expected float32 [n, 3, h, w]"
    }
  }
}
