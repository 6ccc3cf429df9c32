import ArgumentParser
import EdgeFormats
import EdgePlot
import EdgeVision

struct Detect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find the things in pictures.",
    discussion: """
      The network is one with a detection head (ssd_...); its weights come from
      'edgevision train' or from the official code. Boxes are in pixels of the
      picture: left, top, right, bottom.

      A picture that can't be read is reported, the others are still worked on, and
      the exit code is 1. Milliseconds are those of the network and of choosing among
      its boxes, without reading and drawing the picture.

      EXAMPLES
        edgevision detect street.jpg --weights run/best.safetensors
        edgevision detect photos/ --weights mine.pth --threshold 0.3 --save found
        edgevision detect photo.jpg --model ssd_edgeformer_s --weights ssd.pt --json
      """)

  @Argument(
    help: ArgumentHelp(
      "Pictures (JPEG, PNG, WebP), folders of them, or patterns.", valueName: "IMAGE"))
  var images: [String]

  @OptionGroup var network: NetworkOptions
  @OptionGroup var threads: ThreadOptions

  @Option(help: ArgumentHelp("Things of a lower score are left out, 0 to 1.", valueName: "P"))
  var threshold = 0.5

  @Option(help: ArgumentHelp("Names of the classes, one a line.", valueName: "FILE"))
  var labels: String?

  @Option(help: ArgumentHelp("Side of the network's input in pixels.", valueName: "N"))
  var size: Int?

  @Option(
    help: ArgumentHelp(
      "Writes each picture with its boxes into this folder, as NAME.png.", valueName: "DIR"))
  var save: String?

  @Flag(
    help: """
      One JSON object a line: {file, detections: [{label, index, score, box}], milliseconds} or \
      {file, error}.
      """)
  var json = false

  func validate() throws {
    guard threshold >= 0 && threshold <= 1 else {
      throw ValidationError("--threshold must be between 0 and 1, got \(threshold).")
    }
    if let size, !(1...8192).contains(size) {
      throw ValidationError("--size must be between 1 and 8192, got \(size).")
    }
    try network.require(.detection)
  }

  func run() throws {
    let options = try threads.runtime
    let names = try labels.map { try Labels.read(contentsOf: $0) }
    let answers = PictureAnswers(images)
    var folder = try save.map { try OverlayFolder($0, reading: answers.paths) }
    try answers.show(json: json) {
      try ObjectDetector(
        network.load(for: .detection), size: size, classNames: names, options: options)
    } work: { (detector: ObjectDetector, answer: inout DetectionAnswer) in
      try fill(&answer, by: detector, &folder)
    }
  }

  private func fill(
    _ answer: inout DetectionAnswer, by detector: ObjectDetector, _ folder: inout OverlayFolder?
  ) throws {
    let image = try Image(contentsOf: answer.file)
    let prepared = detector.transform(image)
    let (found, milliseconds) = try timed {
      try detector.detections(
        prepared: prepared, width: image.width, height: image.height, threshold: threshold)
    }
    if let path = folder?.base(for: answer.file) {
      try PictureFile("\(path).png").write(PictureOverlay(image).boxes(found.map(LabeledBox.init)))
    }
    answer.add(found, milliseconds)
  }
}

/// What is in one picture, or why it can't be read.
private struct DetectionAnswer: PictureAnswer {
  struct Thing: Encodable {
    let label: String
    let index: Int
    let score: Double
    /// Left, top, right, bottom.
    let box: [Double]
  }

  let file: String
  private var detections: [Thing]?
  private var milliseconds: Double?
  var error: String?

  init(file: String) { self.file = file }

  mutating func add(_ found: [LabeledDetection], _ milliseconds: Double) {
    self.milliseconds = milliseconds
    detections = found.map { thing in
      let box = thing.box
      return Thing(
        label: thing.label, index: thing.index, score: thing.score,
        box: [box.left, box.top, box.right, box.bottom])
    }
  }

  var lines: [String] {
    guard let detections, let milliseconds else { return [] }
    let title = "\(printable(file)) (\(fixed(milliseconds, digits: 1)) ms)"
    guard !detections.isEmpty else { return [title, "  nothing found"] }
    var table = Table([
      ("class", .left), ("score", .right), ("left", .right), ("top", .right), ("right", .right),
      ("bottom", .right),
    ])
    for thing in detections {
      table.append(
        [thing.label, fixed(thing.score, digits: 4)] + thing.box.map { fixed($0, digits: 0) })
    }
    return [title] + table.lines.map { "  \($0)" }
  }
}
