import ArgumentParser
import EdgeData
import EdgeModels
import EdgePlot
import EdgeRuntime
import EdgeTraining
import EdgeVision

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Tell how often a network is right on a folder of pictures.",
    discussion: """
      DIR/val is taken, else DIR/test, else DIR itself; it holds a folder for each
      class, or is a tar file of that layout, or CIFAR's binary files. Classes match
      by name where the weights hold names, else in sorted order.

      EXAMPLES
        edgevision eval --weights run/best.safetensors --data flowers
        edgevision eval --model edgenext_small --weights official --data imagenet --json
        edgevision eval --weights run/best.safetensors --data flowers \\
          --mistakes worst.png
      """)

  @OptionGroup var network: NetworkOptions
  @OptionGroup var threads: ThreadOptions

  @Option(help: ArgumentHelp("Pictures to evaluate on.", valueName: "DIR"))
  var data: String

  @Option(help: ArgumentHelp("The side of the network's input in pixels.", valueName: "N"))
  var size: Int?

  @Option(
    help: ArgumentHelp(
      "The part of the resized picture's short side that is kept.", valueName: "X"))
  var cropPct: Double?

  @Option(help: ArgumentHelp("Pictures in a batch.", valueName: "N"))
  var batch = 64

  @Flag(help: "One JSON object: top1, top5, loss, images, images_per_s, per_class.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Draws the 24 pictures that were most surely taken for another class.",
      valueName: "FILE.png"))
  var mistakes: PictureFile?

  func validate() throws {
    guard network.model != nil || network.weights != nil else {
      throw ValidationError("give --weights or --model.")
    }
    guard (1...4096).contains(batch) else {
      throw ValidationError("--batch must be between 1 and 4096, got \(batch).")
    }
    if let cropPct, !(cropPct > 0 && cropPct <= 1) {
      throw ValidationError("--crop-pct must be above 0 and at most 1, got \(cropPct).")
    }
  }

  func run() throws {
    let options = try threads.runtime
    try mistakes?.check()
    let network = try network.load()
    let dataset = try LabeledClasses(
      DatasetPair.openForEvaluation(path: data), of: network)
    let transform = EvaluationTransform(of: network, size: size, cropFraction: cropPct)
    var evaluator = Evaluator(
      dataset, transform: transform, batch: batch,
      workers: BatchLoader.defaultWorkers(processors: options.threads))
    evaluator.mistakeLimit = mistakes == nil ? 0 : 24
    let report = try Self.report(evaluator, network, options)
    let result = EvaluationSummary(report, classNames: dataset.classNames)
    if json { try Console.json(result) } else { try Console.result(result.lines()) }
    try mistakes?.write(ContactSheet(report.mistakes, in: dataset))
  }

  private static func report(
    _ evaluator: Evaluator, _ network: PretrainedNetwork, _ options: RuntimeOptions
  ) throws -> Evaluator.Report {
    let executor = network.executor(options)
    let count = evaluator.dataset.count
    let report = try evaluator(classes: network.classCount) { done in
      if Console.isInteractive { Console.replaceLine("\(done) of \(count) pictures") }
    } program: { shape in
      try executor.program(
        for: PretrainedNetwork.Request(batch: shape[0], height: shape[1], width: shape[2]))
    }
    if Console.isInteractive { Console.replaceLine("") }
    return report
  }
}
