import EdgeGraph
import EdgeTraining

/// What `augment --time` found: how fast one thread makes training examples of encoded pictures.
struct AugmentationTiming: Encodable {
  let images: Int
  let imagesPerSecond: Double
  private let size: Int

  enum CodingKeys: String, CodingKey {
    case images
    case imagesPerSecond = "images_per_s"
  }

  /// Makes every picture's example until some seconds are over, and all of them at least once.
  init(_ recipe: TrainingRecipe, _ samples: any TrainingSamples) throws {
    let side = recipe.size
    var example = [Float](repeating: 0, count: 3 * side * side)
    let start = ContinuousClock.now
    var (epoch, count) = (0, 0)
    while epoch == 0 || start.duration(to: .now) < .seconds(3) {
      for index in 0..<samples.source.count {
        var random = RandomStream(
          seed: recipe.randomSeed, step: epoch, name: samples.source.name(at: index))
        var output = example.mutableSpan
        try samples.write(index, side: side, random: &random, into: &output)
        count += 1
      }
      epoch += 1
    }
    images = count
    size = side
    imagesPerSecond = Double(count) / (start.duration(to: .now) / .seconds(1))
  }

  var lines: [String] {
    [
      "\(images) examples of \(size)x\(size): \(fixed(imagesPerSecond, digits: 1)) a second on one thread"
    ]
  }
}
