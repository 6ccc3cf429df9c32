import ArgumentParser
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

  @OptionGroup var network: NetworkOptions
  @OptionGroup var threads: ThreadOptions

  @Option(help: ArgumentHelp("How many classes to print.", valueName: "K"))
  var top = 5

  @OptionGroup var pictures: PictureOptions

  @Option(
    help: ArgumentHelp(
      "Part of the resized short side that is cut out, at most 1.", valueName: "P"))
  var cropPct: Double?

  @Flag(help: "One JSON object a line: {file, predictions, milliseconds} or {file, error}.")
  var json = false

  func validate() throws {
    guard top > 0 else { throw ValidationError("--top must be at least 1, got \(top).") }
    if let cropPct, !(cropPct >= 0.01 && cropPct <= 1) {
      throw ValidationError("--crop-pct must be between 0.01 and 1, got \(cropPct).")
    }
    try network.require(.classification)
  }

  func run() throws {
    let options = try threads.runtime
    let names = try pictures.classNames
    try PictureAnswers(pictures).show(json: json) {
      try makeClassifier(names, options)
    } work: { classifier, path in
      let (found, milliseconds) = try timed {
        try classifier.predict(contentsOf: path, top: top)
      }
      return LikelyClasses(found, milliseconds)
    }
  }

  private func makeClassifier(
    _ names: [String]?, _ options: RuntimeOptions
  ) throws -> ImageClassifier {
    let network = try network.load(for: .classification)
    let transform = EvaluationTransform(
      of: network, size: pictures.size, cropFraction: cropPct)
    return try ImageClassifier(network, transform: transform, labels: names, options: options)
  }
}

/// What is in one picture.
private struct LikelyClasses: PictureFinding {
  struct Class: Encodable {
    let label: String
    let index: Int
    let score: Double
  }

  let predictions: [Class]
  let milliseconds: Double

  init(_ found: [Prediction], _ milliseconds: Double) {
    self.milliseconds = milliseconds
    predictions = found.map { Class(label: $0.label, index: $0.index, score: $0.score) }
  }

  var lines: [String] {
    var table = Table([("class", .left), ("score", .right), ("", .left)])
    for prediction in predictions {
      table.append([
        prediction.label, fixed(prediction.score, digits: 4), bar(prediction.score, width: 30),
      ])
    }
    return table.lines
  }
}
