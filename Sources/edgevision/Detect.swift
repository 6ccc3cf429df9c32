import ArgumentParser
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

  @OptionGroup var network: NetworkOptions
  @OptionGroup var threads: ThreadOptions

  @Option(help: ArgumentHelp("Things of a lower score are left out, 0 to 1.", valueName: "P"))
  var threshold = 0.5

  @OptionGroup var pictures: PictureOptions

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
    try network.require(.detection)
  }

  func run() throws {
    try pictures.show(threads, save: save, json: json) { names, options in
      try ObjectDetector(
        network.load(for: .detection), size: pictures.size, classNames: names, options: options)
    } look: { detector, image, path in
      try things(in: image, by: detector, drawnTo: path)
    }
  }

  private func things(
    in image: Image, by detector: ObjectDetector, drawnTo path: String?
  ) throws -> FoundThings {
    let prepared = detector.transform(image)
    let (found, milliseconds) = try timed {
      try detector.detections(
        prepared: prepared, width: image.width, height: image.height, threshold: threshold)
    }
    if let path {
      try PictureFile("\(path).png").write(PictureOverlay(image).boxes(found.map(LabeledBox.init)))
    }
    return FoundThings(found, milliseconds)
  }
}

/// What is where in one picture.
private struct FoundThings: PictureFinding {
  struct Thing: Encodable {
    let label: String
    let index: Int
    let score: Double
    /// Left, top, right, bottom.
    let box: [Double]
  }

  let detections: [Thing]
  let milliseconds: Double

  init(_ found: [LabeledDetection], _ milliseconds: Double) {
    self.milliseconds = milliseconds
    detections = found.map { thing in
      let box = thing.box
      return Thing(
        label: thing.label, index: thing.index, score: thing.score,
        box: [box.left, box.top, box.right, box.bottom])
    }
  }

  var lines: [String] {
    guard !detections.isEmpty else { return ["nothing found"] }
    var table = Table([
      ("class", .left), ("score", .right), ("left", .right), ("top", .right), ("right", .right),
      ("bottom", .right),
    ])
    for thing in detections {
      table.append(
        [thing.label, fixed(thing.score, digits: 4)] + thing.box.map { fixed($0, digits: 0) })
    }
    return table.lines
  }
}
