import ArgumentParser
import EdgeFormats

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
