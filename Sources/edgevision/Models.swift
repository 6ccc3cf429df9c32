import ArgumentParser
import EdgeModels
import EdgePlot
import EdgeRuntime
import EdgeVision

struct Models: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the networks with their size, cost and published accuracy.",
    discussion: """
      Multiply-adds are those of one image of the published size: for EdgeNeXt and
      EdgeViT by their authors' rule, which counts norms as well, for the others
      those of products and convolutions. The score is the published one in percent:
      of classification the top-1 accuracy on ImageNet-1k, of detection the mAP on
      COCO, of segmentation the mean IoU on Pascal VOC. Where published figures
      differ from what a network has, --notes tells. Detectors and segmenters on the
      other backbones go by both names: ssd_NAME, deeplabv3_NAME.

      --plot draws the score over multiply-adds, and over the time that one image
      takes on this machine now, with synthetic weights: of networks of one task,
      that of the first in the list. Those without a published score are left out.

      EXAMPLES
        edgevision models
        edgevision models --filter edgenext small --sort score
        edgevision models --filter vit --notes
        edgevision models --filter detection --plot detectors.png
        edgevision models --plot networks.png --threads 2
      """)

  /// What the list goes by.
  enum Order: String, ExpressibleByArgument {
    case name, task, family, parameters, madds, size, score
  }

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Only networks in whose name, aliases, task or family all of these words occur.",
      valueName: "TEXT"))
  var filter: [String] = []

  @Option(
    help: ArgumentHelp(
      "The order, from the smallest. Default: by family.",
      valueName: "name|task|family|parameters|madds|size|score"))
  var sort: Order?

  @Flag(help: "Add notes on published figures.")
  var notes = false

  @Option(help: ArgumentHelp("Draw the networks; takes some seconds.", valueName: "FILE.png"))
  var plot: PictureFile?

  @Option(help: ArgumentHelp("Threads that --plot measures on. Default: 1.", valueName: "N"))
  var threads: Int?

  @Flag(help: "One JSON array, with aliases and notes.")
  var json = false

  func validate() throws {
    guard let threads else { return }
    guard plot != nil else { throw ValidationError("--threads goes with --plot.") }
    guard (1...1024).contains(threads) else {
      throw ValidationError("--threads must be between 1 and 1024, got \(threads).")
    }
  }

  func run() throws {
    var entries = try selected.map(ModelEntry.init)
    if let plot {
      let options = try RuntimeOptions(chosenThreads: threads ?? 1)
      try plot.check()
      try entries.measure(options)
      try plot.write(ChartRow(entries, options))
    }
    if let sort { entries.sort { $0.precedes($1, by: sort) } }
    if json { return try Console.json(entries) }
    try Console.result(entries.table.lines + (notes ? entries.notes : []))
  }

  /// In the registry's order.
  private var selected: [ModelDescription] {
    get throws {
      let words = filter.flatMap { $0.lowercased().split(separator: " ") }
      let selected = ModelDescription.all.filter { model in
        let texts = ([model.name, model.task.rawValue, model.family.name] + model.aliases).map {
          $0.lowercased()
        }
        return words.allSatisfy { word in texts.contains { $0.contains(word) } }
      }
      guard !selected.isEmpty else {
        throw ValidationError("no network has '\(words.joined(separator: " "))' in its names.")
      }
      return selected
    }
  }
}
