import ArgumentParser
import EdgeData
import EdgeGraph
import EdgePlot
import EdgeTraining

struct Augment: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw what a network sees of its training pictures.",
    usage: "edgevision augment <DIR> (--out <FILE.png> | --time) [RECIPE OPTIONS]",
    discussion: """
      A sheet of training pictures, cut and changed as in the first epochs, before
      they are normalized, erased in part or mixed; with the boxes or the mask that
      are learned, where --task or --model says so. DIR and the recipe options are
      those of 'edgevision train', which lists them; --seed draws other pictures.

      EXAMPLES
        edgevision augment flowers --out sheet.png
        edgevision augment flowers --out sheet.png --recipe finetune --size 192
        edgevision augment flowers --out sheet.png --aa 3a --count 4 --repeats 6
        edgevision augment --config run/config.yaml --out sheet.png
        edgevision augment coco --task detection --out boxes.png --count 8
        edgevision augment flowers --time
      """)

  @Argument(parsing: .allUnrecognized, help: .hidden)
  var options: [String] = []

  @Option(help: ArgumentHelp("The sheet to write.", valueName: "FILE.png"))
  var out: PictureFile?

  @Flag(help: "Tell how many training pictures a second one thread reads and changes.")
  var time = false

  @Flag(help: "With --time: one JSON object, images and images_per_s.")
  var json = false

  @Option(help: ArgumentHelp("Pictures of the data set.", valueName: "N"))
  var count = 24

  @Option(help: ArgumentHelp("Variants of each: those of so many epochs.", valueName: "N"))
  var repeats = 1

  private static let limit = 400

  func validate() throws {
    guard (out == nil) == time, time || !json else {
      throw ValidationError("give --out FILE.png, or --time, which --json goes with.")
    }
    guard (1...Self.limit).contains(count), (1...Self.limit / count).contains(repeats) else {
      throw ValidationError(
        "--count and --repeats must be at least 1 and their product at most \(Self.limit), got "
          + "\(count) and \(repeats).")
    }
  }

  func run() throws {
    let recipe = try recipe
    guard let path = recipe.data else {
      throw ValidationError("name the data set: augment DIR.")
    }
    try out?.check()
    let samples = try recipe.samples(path)
    guard let out else {
      let timing = try AugmentationTiming(recipe, samples)
      return json ? try Console.json(timing) : try Console.result(timing.lines)
    }
    let items = try AugmentedPictures(recipe, samples)(count: count, variants: repeats)
    let columns = max(6 / repeats, 1) * repeats
    var sheet = try ContactSheet(pictures: items, title: "", columns: min(columns, 20))
    sheet.side = samples.side
    try out.write(sheet)
  }

  /// A first word without dashes stands for `--data`.
  private var recipe: TrainingRecipe {
    get throws {
      var arguments = options
      if let folder = arguments.first, !folder.hasPrefix("--") {
        arguments[0] = "--data=\(folder)"
      }
      do {
        return try TrainingRecipe(arguments: arguments)
      } catch .unexpected(let word) {
        throw ValidationError("'\(word)' belongs to no option; DIR comes first.")
      }
    }
  }
}

/// Training pictures as a recipe changes them, in the order of the first epoch.
private struct AugmentedPictures {
  private let recipe: TrainingRecipe
  private let samples: any TrainingSamples

  init(_ recipe: TrainingRecipe, _ samples: any TrainingSamples) {
    self.recipe = recipe
    self.samples = samples
  }

  /// The variants of each picture follow each other.
  func callAsFunction(count: Int, variants: Int) throws -> [ContactSheet.Item] {
    var random = RandomStream(seed: recipe.randomSeed, name: "sampler/order")
    var items: [ContactSheet.Item] = []
    for index in random.permutation(samples.source.count) where items.count < count * variants {
      do {
        items += try (0..<variants).map { try item(index, epoch: $0) }
      } catch let error as ImageError where recipe.skipsBadImages {
        Console.note("warning: left out: \(error)")
      }
    }
    return items
  }

  private func item(_ index: Int, epoch: Int) throws -> ContactSheet.Item {
    var random = RandomStream(
      seed: recipe.randomSeed, step: epoch, name: samples.source.name(at: index))
    return try samples.item(index, side: recipe.size, random: &random)
  }
}
