import ArgumentParser
import EdgeModels
import EdgeVision
import FoundationEssentials

/// Which network: by its name, or by its parts.
struct ModelOptions: ParsableArguments {
  @Option(
    name: .customLong("model"),
    help: ArgumentHelp(
      "The network; 'edgevision models' lists them. Default: what the weights say.",
      valueName: "NAME"),
    transform: ModelDescription.named)
  var named: ModelDescription?

  @Option(
    help: ArgumentHelp(
      "With --backbone, the network of both: --model HEAD_NAME.", valueName: "ssd|deeplabv3"))
  var head: NetworkHead?

  @Option(
    help: ArgumentHelp("The classification network under --head.", valueName: "NAME"),
    transform: ModelDescription.named)
  var backbone: ModelDescription?

  func validate() throws {
    guard (head == nil) == (backbone == nil) else {
      throw ValidationError("--head and --backbone go together.")
    }
    guard let backbone else { return }
    guard named == nil else {
      throw ValidationError("give either --model or --head and --backbone.")
    }
    guard backbone.head == nil else {
      throw ValidationError("--backbone takes a classification network, got '\(backbone.name)'.")
    }
  }

  /// Nil where none is named.
  var model: ModelDescription? {
    guard let head, let backbone else { return named }
    return backbone.with(head)
  }
}

extension NetworkHead: ExpressibleByArgument {}

/// Which network, with which weights.
struct NetworkOptions: ParsableArguments {
  @OptionGroup var choice: ModelOptions

  @Option(
    help: ArgumentHelp(
      "A checkpoint (.pth, .pt, .bin, .safetensors), an http(s) address, or 'official'.",
      valueName: "FILE|URL|official"),
    transform: Self.weights)
  var weights: Weights?

  @Option(
    help: ArgumentHelp(
      "Where in the file the weights are, such as model_ema or state_dict.", valueName: "K"))
  var key: String?

  private static func weights(_ argument: String) throws -> Weights {
    guard let weights = Weights(argument: argument) else {
      throw ValidationError("it is empty; name a file.")
    }
    return weights
  }

  var model: ModelDescription? { choice.model }

  func validate() throws {
    if weights == .official && model == nil {
      throw ValidationError("--weights official needs --model.")
    }
  }

  /// Loads the network and says which weights were chosen.
  func load() throws -> PretrainedNetwork {
    let progress = DownloadProgress()
    defer { progress.finish() }
    let network = try PretrainedNetwork(
      model, weights: weights, key: key, report: progress.report)
    network.introduce()
    return network
  }
}

extension PretrainedNetwork {
  /// Says which weights were chosen.
  func introduce() {
    Console.note("\(model.name): \(origin)")
    for warning in warnings { Console.note("warning: \(warning)") }
  }
}

/// How programs are run.
struct ThreadOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Threads to run on. Default: the cores available.", valueName: "N"))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Numbers that matrix products work on: f32, bf16 (needs AVX512-BF16) or f16 (weights only, "
        + "to save memory).", valueName: "f32|bf16|f16"))
  var precision = Precision.float32

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads must be between 1 and 1024, got \(threads).")
    }
  }

  var runtime: RuntimeOptions {
    get throws {
      try RuntimeOptions(chosenThreads: threads ?? availableProcessors, precision: precision)
    }
  }
}

extension RuntimeOptions {
  /// With the instruction set that the environment forces, or else the best.
  ///
  /// - Throws: `RuntimeError`.
  init(chosenThreads threads: Int, precision: Precision = .float32) throws {
    let forced = ProcessInfo.processInfo.environment["EDGEVISION_ISA"]
    self.init(isa: try ISA(forcedName: forced), threads: threads, precision: precision)
    try validate()
  }
}

extension Precision: ExpressibleByArgument {}

/// Refuses a `--size` that is no side of a network's input, in pixels.
func checkInputSide(_ size: Int?) throws(ValidationError) {
  guard let size, !(1...8192).contains(size) else { return }
  throw ValidationError("--size must be between 1 and 8192, got \(size).")
}

/// A size of images: `256`, or `192x256` for height and width.
struct ImageSize: ExpressibleByArgument, CustomStringConvertible {
  let height, width: Int

  init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  init?(argument: String) {
    let sides = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...2).contains(sides.count), let height = sides[0], let width = sides[sides.count - 1],
      height > 0, width > 0
    else { return nil }
    self.init(height: height, width: width)
  }

  var description: String { "\(height)x\(width)" }
}
