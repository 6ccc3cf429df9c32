import ArgumentParser
import EdgeRuntime
import EdgeVision

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure how fast a network runs and how much memory it takes.",
    discussion: """
      Without --weights, synthetic weights are used; they are as fast as any. The peak is what \
      float32 multiply-adds in registers reach on this machine at this moment. The times of \
      --profile cost the runs a little.

      EXAMPLES
        edgevision bench --model edgenext_small
        edgevision bench --model edgenext_base --size 192x256 --batch 8 --threads 2
        edgevision bench --model edgenext_small --threads 1 --profile
        edgevision bench --head ssd --backbone edgenext_small --postprocess
        edgevision bench --model edgenext_small --training --batch 8 --runs 10
      """)

  @OptionGroup var network: NetworkOptions
  @OptionGroup var threads: ThreadOptions

  @Option(help: ArgumentHelp("Image size; default: the published one.", valueName: "N|HxW"))
  var size: ImageSize?

  @Option(help: ArgumentHelp("Images in a batch.", valueName: "N"))
  var batch = 1

  @Option(help: ArgumentHelp("Runs that are not counted.", valueName: "N"))
  var warmup = 10

  @Option(help: ArgumentHelp("Runs that are counted.", valueName: "N"))
  var runs = 100

  @Flag(help: "Measure training steps: forward, backward and AdamW.")
  var training = false

  @Flag(help: "Measure a detector or segmenter with the making of boxes or classes.")
  var postprocess = false

  @Flag(help: "Add a table of the kernels.")
  var profile = false

  @Flag(help: "One JSON object; the table of --profile goes to standard error.")
  var json = false

  func validate() throws {
    guard network.model != nil || network.weights != nil else {
      throw ValidationError("give --model or --weights.")
    }
    if training, network.model == nil || network.weights != nil || profile {
      throw ValidationError("--training takes --model, without --weights and --profile.")
    }
    if postprocess, training || profile || batch != 1 {
      throw ValidationError("--postprocess takes one picture, without --training and --profile.")
    }
    if postprocess, let size, size.height != size.width {
      throw ValidationError("--postprocess takes a square, got \(size).")
    }
    if network.weights == nil && network.key != nil {
      throw ValidationError("--key goes with --weights.")
    }
    guard batch > 0, warmup >= 0, runs > 0 else {
      throw ValidationError("--batch and --runs must be at least 1, --warmup at least 0.")
    }
  }

  func run() throws {
    let options = try threads.runtime
    if training { return try runTraining(options) }
    let network = try loadNetwork()
    if postprocess { return try runTask(network, options) }
    let side = network.metadata.crop ?? network.metadata.size ?? network.model.size
    let size = size ?? ImageSize(height: side, width: side)
    let program = try plan(network, size, options)
    let measurement = program.measure(warmup: warmup, runs: runs, profiling: profile)
    let report = try BenchReport(
      network, size: size, batch: batch, program: program, measurement: measurement)
    if json { try Console.json(report) } else { try Console.result(report.lines) }
    if profile { try show(KernelTable(measurement, runs: runs)) }
  }

  private func runTraining(_ options: RuntimeOptions) throws {
    guard let model = network.model else { return }
    let size = size ?? ImageSize(height: model.size, width: model.size)
    let report = try TrainingBench(
      model, size: size, batch: batch, warmup: min(warmup, 3), runs: runs, options: options)
    if json { try Console.json(report) } else { try Console.result(report.lines) }
  }

  private func runTask(_ network: PretrainedNetwork, _ options: RuntimeOptions) throws {
    let bench = try TaskBench(
      network, size: size?.height, warmup: warmup, runs: runs, options: options)
    let report = try BenchReport(network, bench, options: options)
    if json { try Console.json(report) } else { try Console.result(report.lines) }
  }

  private func loadNetwork() throws -> PretrainedNetwork {
    guard network.weights == nil, let model = network.model else { return try network.load() }
    return try PretrainedNetwork(model, synthetic: "bench")
  }

  /// Plans the network and lets go of what is packed, so that the resident memory is that of use.
  private func plan(
    _ network: PretrainedNetwork, _ size: ImageSize, _ options: RuntimeOptions
  ) throws -> Program {
    let request = PretrainedNetwork.Request(batch: batch, height: size.height, width: size.width)
    let executor = network.executor(options)
    let program = try executor.program(for: request)
    try executor.releaseParameters(of: request)
    return program
  }

  private func show(_ kernels: KernelTable) throws {
    if json {
      for line in kernels.lines { Console.note(line) }
    } else {
      try Console.result([""] + kernels.lines)
    }
  }
}
