import ArgumentParser
import EdgePlot
import EdgeVision

struct Segment: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell what every pixel of pictures shows.",
    discussion: """
      The network is one with a segmentation head (deeplabv3_...); its weights come
      from 'edgevision train' or from the official code. The classes that occur are
      listed with their part of the picture.

      A picture that can't be read is reported, the others are still worked on, and
      the exit code is 1. Milliseconds are those of the network and of choosing the
      classes, without reading and drawing the picture.

      EXAMPLES
        edgevision segment street.jpg --weights run/best.safetensors
        edgevision segment photos/ --weights mine.pth --save masks --opacity 0.7
        edgevision segment a.jpg --model deeplabv3_edgeformer_s \\
          --weights seg.pt --json
      """)

  @OptionGroup var network: NetworkOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var pictures: PictureOptions

  @Option(
    help: ArgumentHelp(
      """
      Writes each picture tinted by class into this folder as NAME.png, and the class numbers as \
      NAME_mask.png.
      """, valueName: "DIR"))
  var save: String?

  @Option(help: ArgumentHelp("Of the tint, 0 to 1.", valueName: "P"))
  var opacity = 0.5

  @Flag(
    help: """
      One JSON object a line: {file, classes: [{label, index, fraction}], mask} or {file, error}; \
      mask is the path of NAME_mask.png or null.
      """)
  var json = false

  func validate() throws {
    guard opacity >= 0 && opacity <= 1 else {
      throw ValidationError("--opacity must be between 0 and 1, got \(opacity).")
    }
    try network.require(.segmentation)
  }

  func run() throws {
    try pictures.show(threads, save: save, json: json) { names, options in
      try SemanticSegmenter(
        network.load(for: .segmentation), size: pictures.size, classNames: names, options: options)
    } look: { segmenter, image, path in
      try classes(in: image, by: segmenter, drawnTo: path)
    }
  }

  private func classes(
    in image: Image, by segmenter: SemanticSegmenter, drawnTo path: String?
  ) throws -> FoundClasses {
    let prepared = segmenter.transform(image)
    let (found, milliseconds) = try timed {
      try segmenter.segmentation(prepared: prepared, width: image.width, height: image.height)
    }
    let mask = path.map { "\($0)_mask.png" }
    if let path, let mask {
      let labels = found.mask.labels
      try PictureFile("\(path).png").write(
        PictureOverlay(image).mask(labels: labels, names: found.classNames, opacity: opacity))
      try PictureFile(mask).write(
        LabelPicture(width: image.width, height: image.height, labels: labels))
    }
    return FoundClasses(found, milliseconds, mask: mask)
  }
}

/// How much of one picture shows what.
private struct FoundClasses: PictureFinding {
  struct Class: Encodable {
    let label: String
    let index: Int
    let fraction: Double
  }

  /// Those that occur, the largest first.
  let classes: [Class]
  let milliseconds: Double
  let mask: String?

  init(_ found: Segmentation, _ milliseconds: Double, mask: String?) {
    self.milliseconds = milliseconds
    self.mask = mask
    let all = zip(found.classNames, found.fractions).enumerated().map { index, pair in
      Class(label: pair.0, index: index, fraction: pair.1)
    }
    classes = all.filter { $0.fraction > 0 }.sorted {
      ($1.fraction, $0.index) < ($0.fraction, $1.index)
    }
  }

  private enum CodingKeys: String, CodingKey { case classes, mask }

  /// The mask is null where none was written.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(classes, forKey: .classes)
    try container.encode(mask, forKey: .mask)
  }

  var lines: [String] {
    var table = Table([("class", .left), ("part", .right), ("", .left)])
    for each in classes {
      table.append([
        each.label, "\(fixed(100 * each.fraction, digits: 1)) %", bar(each.fraction, width: 30),
      ])
    }
    return table.lines
  }
}
