import ArgumentParser
import EdgeModels
import EdgeRuntime
import EdgeVision
import FoundationEssentials

/// Which network, with which weights.
struct NetworkOptions: ParsableArguments {
  @Option(help: "The network's name; see 'edgevision models'. Default: what the weights say.")
  var model: String?

  @Option(
    help: ArgumentHelp(
      "A checkpoint (.pth, .pt, .bin, .safetensors), an http(s) address, or 'official'.",
      valueName: "FILE|URL|official"))
  var weights: String?

  @Option(
    help: ArgumentHelp(
      "Where in the file the weights are, such as model_ema or state_dict.", valueName: "K"))
  var key: String?

  func validate() throws {
    if weights == "" { throw ValidationError("--weights is empty; name a file.") }
    _ = try model.map { try ModelDescription.named($0) }
  }

  var chosenWeights: Weights? { weights.flatMap(Weights.init(argument:)) }

  /// Loads the network and says which weights were chosen.
  func load() throws -> PretrainedNetwork {
    let progress = DownloadProgress()
    let network = try PretrainedNetwork(
      model.map { try ModelDescription.named($0) }, weights: chosenWeights, key: key,
      report: progress.report)
    Console.note("\(network.model.name): \(network.origin)")
    for warning in network.warnings { Console.note("warning: \(warning)") }
    return network
  }
}

/// How programs are run.
struct ThreadOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Default: the processors available.", valueName: "N"))
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
      let forced = ProcessInfo.processInfo.environment["EDGEVISION_ISA"]
      let options = RuntimeOptions(
        isa: try ISA(forcedName: forced), threads: threads ?? availableProcessors,
        precision: precision)
      try options.validate()
      return options
    }
  }
}

extension Precision: ExpressibleByArgument {}

/// A size of images: `256`, or `192x256` for height and width.
struct ImageSize: ExpressibleByArgument {
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
}
