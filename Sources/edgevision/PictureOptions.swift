import ArgumentParser
import EdgeFormats
import EdgeVision

/// Which pictures a command works on, and how a network takes them.
struct PictureOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Pictures (JPEG, PNG, WebP), folders of them, or patterns.", valueName: "IMAGE"))
  var images: [String]

  @Option(help: ArgumentHelp("Names of the classes, one a line.", valueName: "FILE"))
  var labels: String?

  @Option(help: ArgumentHelp("Side of the network's input in pixels.", valueName: "N"))
  var size: Int?

  func validate() throws { try checkInputSide(size) }

  /// The lines of `--labels`; nil without it.
  var classNames: [String]? {
    get throws { try labels.map { try Labels.read(contentsOf: $0) } }
  }
}

extension PictureOptions {
  /// Says something of each picture that may be drawn, too.
  ///
  /// - Parameters:
  ///   - save: the folder for what is drawn; nil for none.
  ///   - load: what the pictures are looked at with; gets the names of the classes.
  ///   - look: gets a picture, and the path of what is drawn of it, without extension; nil where
  ///     nothing is drawn.
  func show<Worker, Finding: PictureFinding>(
    _ threads: ThreadOptions, save: String?, json: Bool,
    load: ([String]?, RuntimeOptions) throws -> Worker,
    look: (Worker, Image, String?) throws -> Finding
  ) throws {
    let options = try threads.runtime
    let names = try classNames
    let answers = PictureAnswers(self)
    var folder = try save.map { try OverlayFolder($0, reading: answers.paths) }
    try answers.show(json: json) {
      try load(names, options)
    } work: { worker, path in
      let image = try Image(contentsOf: path)
      return try look(worker, image, folder?.base(for: path))
    }
  }
}
