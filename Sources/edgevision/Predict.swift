import ArgumentParser
import EdgeFormats
import EdgeVision

struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell what is in pictures.",
    discussion: """
      Without --model and --weights, the weights that ship with the program are used;
      they know the ten classes of CIFAR-10. With --model alone, the official weights
      are downloaded once.

      A picture that can't be read is reported, the others are still classified, and
      the exit code is 1. Scores are between 0 and 1; those of all classes sum to 1.

      EXAMPLES
        edgevision predict photo.jpg
        edgevision predict 'holiday/*.jpg' --model edgenext_small --top 3
        edgevision predict photos/ --weights mine.pth --labels names.txt --json
        edgevision predict icon.png --size 64 --crop-pct 1
      """)

  @Argument(
    help: ArgumentHelp(
      "Pictures (JPEG, PNG, WebP), folders of them, or patterns.", valueName: "IMAGE"))
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
      "Part of the resized short side that is cut out, at most 1.", valueName: "P"))
  var cropPct: Double?

  @Flag(help: "One JSON object a line: {file, predictions, milliseconds} or {file, error}.")
  var json = false

  func validate() throws {
    guard top > 0 else { throw ValidationError("--top must be at least 1, got \(top).") }
    if let size, !(1...8192).contains(size) {
      throw ValidationError("--size must be between 1 and 8192, got \(size).")
    }
    if let cropPct, !(cropPct >= 0.01 && cropPct <= 1) {
      throw ValidationError("--crop-pct must be between 0.01 and 1, got \(cropPct).")
    }
    try network.require(.classification)
  }

  func run() throws {
    let options = try threads.runtime
    let names = try labels.map { try Labels.read(contentsOf: $0) }
    try PictureAnswers(images).show(json: json) {
      try makeClassifier(names, options)
    } work: { (classifier: ImageClassifier, answer: inout ClassAnswer) in
      let (found, milliseconds) = try timed {
        try classifier.predict(contentsOf: answer.file, top: top)
      }
      answer.add(found, milliseconds)
    }
  }

  private func makeClassifier(
    _ names: [String]?, _ options: RuntimeOptions
  ) throws -> ImageClassifier {
    let network = try network.load(for: .classification)
    return try ImageClassifier(
      network, transform: EvaluationTransform(of: network, size: size, cropFraction: cropPct),
      labels: names, options: options)
  }
}

/// What is in one picture, or why it can't be read.
private struct ClassAnswer: PictureAnswer {
  struct Class: Encodable {
    let label: String
    let index: Int
    let score: Double
  }

  let file: String
  private var predictions: [Class]?
  private var milliseconds: Double?
  var error: String?

  init(file: String) { self.file = file }

  mutating func add(_ found: [Prediction], _ milliseconds: Double) {
    self.milliseconds = milliseconds
    predictions = found.map { Class(label: $0.label, index: $0.index, score: $0.score) }
  }

  var lines: [String] {
    guard let predictions, let milliseconds else { return [] }
    var table = Table([("class", .left), ("score", .right), ("", .left)])
    for prediction in predictions {
      table.append([
        prediction.label, fixed(prediction.score, digits: 4), bar(prediction.score, width: 30),
      ])
    }
    return ["\(printable(file)) (\(fixed(milliseconds, digits: 1)) ms)"]
      + table.lines.map { "  \($0)" }
  }
}
