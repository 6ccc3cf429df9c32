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
  }

  func run() throws {
    let options = try threads.runtime
    let names = try labels.map { try Labels.read(contentsOf: $0) }
    let pictures = images.flatMap(Picture.found)
    // Nothing is loaded, let alone downloaded, for pictures that aren't there.
    let isUseful = pictures.contains { $0.problem == nil }
    let classifier = isUseful ? try makeClassifier(names, options) : nil
    var progress = PictureProgress(total: pictures.count)
    var failures = 0
    for picture in pictures {
      let answer = try Answer(picture, classifier, top: top)
      progress.advance()
      try show(answer)
      if answer.error != nil { failures += 1 }
    }
    if failures > 0 {
      if pictures.count > 1 { Console.note("\(failures) of \(pictures.count) pictures failed") }
      throw ExitCode.failure
    }
  }

  private func makeClassifier(
    _ names: [String]?, _ options: RuntimeOptions
  ) throws -> ImageClassifier {
    let network = try network.load()
    return try ImageClassifier(
      network, transform: EvaluationTransform(of: network, size: size, cropFraction: cropPct),
      labels: names, options: options)
  }

  private func show(_ answer: Answer) throws {
    if let error = answer.error { Console.note("Error: \(error)") }
    if json { try Console.json(answer) } else { try Console.result(answer.lines) }
  }
}

/// A file to classify, or an argument that stands for none.
private struct Picture {
  let path: String
  var problem: ImageError?

  static func found(_ argument: String) -> [Picture] {
    do throws(ImageError) {
      return try ImageFiles.expand([argument]).map { Picture(path: $0) }
    } catch {
      return [Picture(path: argument, problem: error)]
    }
  }
}

/// What is in one picture, or why it can't be read.
private struct Answer: Encodable {
  struct Class: Encodable {
    let label: String
    let index: Int
    let score: Double
  }

  let file: String
  private(set) var predictions: [Class]?
  private(set) var milliseconds: Double?
  private(set) var error: String?

  /// - Parameter classifier: nil only where the picture has a problem.
  init(_ picture: Picture, _ classifier: ImageClassifier?, top: Int) throws {
    file = picture.path
    error = picture.problem?.description
    guard let classifier, error == nil else { return }
    do {
      let clock = ContinuousClock()
      let start = clock.now
      let found = try classifier.predict(contentsOf: file, top: top)
      milliseconds = (clock.now - start) / .milliseconds(1)
      predictions = found.map { Class(label: $0.label, index: $0.index, score: $0.score) }
    } catch let problem as ImageError {
      error = problem.description
    }
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
