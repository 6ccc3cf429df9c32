import ArgumentParser
import EdgeData
import EdgeFormats
import EdgeVision

struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell what is in pictures.",
    discussion: """
      Without --model and --weights, the weights that ship with the program are used: ten classes of
      CIFAR-10. With --model alone, the official weights are downloaded once.

      EXAMPLES
        edgevision predict photo.jpg
        edgevision predict 'holiday/*.jpg' --model edgenext_small
        edgevision predict photos/ --weights mine.safetensors --labels names.txt --json
      """)

  @Argument(help: "Pictures (JPEG, PNG, WebP), folders of them, or patterns.")
  var images: [String]

  @OptionGroup var network: NetworkOptions
  @OptionGroup var threads: ThreadOptions

  @Option(help: ArgumentHelp("How many classes to print.", valueName: "K"))
  var top = 5

  @Option(help: ArgumentHelp("Names of the classes, one a line.", valueName: "FILE"))
  var labels: String?

  @Option(help: ArgumentHelp("Side of the network's input in pixels.", valueName: "N"))
  var size: Int?

  @Option(
    help: ArgumentHelp(
      "Part of the resized short side that is cut out, above 0 and at most 1.", valueName: "P"))
  var cropPct: Double?

  @Flag(help: "One JSON object a line: {file, predictions, milliseconds} or {file, error}.")
  var json = false

  func validate() throws {
    guard top > 0 else { throw ValidationError("--top must be at least 1, got \(top).") }
    if let size, !(1...16384).contains(size) {
      throw ValidationError("--size must be between 1 and 16384, got \(size).")
    }
    if let cropPct, !(cropPct >= 0.01 && cropPct <= 1) {
      throw ValidationError("--crop-pct must be between 0.01 and 1, got \(cropPct).")
    }
  }

  func run() throws {
    let options = try threads.runtime
    let files = try ImageFiles.expand(images)
    let names = try labels.map { try Labels.read(contentsOf: $0) }
    let network = try network.load()
    let classifier = try ImageClassifier(
      network, transform: EvaluationTransform(of: network, size: size, cropFraction: cropPct),
      labels: names, options: options)
    var failures = 0
    for file in files where try !predict(file, classifier) { failures += 1 }
    if failures > 0 {
      Console.note("\(failures) of \(files.count) pictures failed")
      throw ExitCode.failure
    }
  }

  /// Prints what is in one picture, or why it can't be read; whether it could.
  private func predict(_ file: String, _ classifier: ImageClassifier) throws -> Bool {
    let clock = ContinuousClock()
    let start = clock.now
    do {
      let predictions = try classifier.predict(contentsOf: file, top: top)
      let milliseconds = (clock.now - start) / .milliseconds(1)
      if json {
        try Console.json(Answer(file: file, predictions: predictions, milliseconds: milliseconds))
      } else {
        table(file, predictions, milliseconds)
      }
      return true
    } catch let error as ImageError {
      if json { try Console.json(Answer(file: file, error: "\(error)")) }
      Console.note("error: \(error)")
      return false
    }
  }

  private func table(_ file: String, _ predictions: [Prediction], _ milliseconds: Double) {
    var table = Table([("class", .left), ("score", .right), ("", .left)])
    for prediction in predictions {
      table.append([
        prediction.label, fixed(prediction.score, digits: 4), bar(prediction.score, width: 30),
      ])
    }
    print("\(file) (\(fixed(milliseconds, digits: 1)) ms)")
    for line in table.lines { print("  \(line)") }
  }
}

/// One line of `predict --json`.
private struct Answer: Encodable {
  struct Class: Encodable {
    let label: String
    let index: Int
    let score: Double
  }

  let file: String
  var predictions: [Class]?
  var milliseconds: Double?
  var error: String?

  init(file: String, error: String) {
    self.file = file
    self.error = error
  }

  init(file: String, predictions: [Prediction], milliseconds: Double) {
    self.file = file
    self.milliseconds = milliseconds
    self.predictions = predictions.map {
      Class(label: $0.label, index: $0.index, score: $0.score)
    }
  }
}
