import EdgeGraph
import EdgeModels
import EdgeNN
import EdgeRuntime
import EdgeTraining
import EdgeVision

/// What `bench --training` found: steps of forward, backward and AdamW on one made-up batch.
struct TrainingBench: Encodable {
  let model: String
  let size: String
  let batch, threads: Int
  let isa, precision: String
  let medianMilliseconds, minimumMilliseconds: Double
  let imagesPerSecond: Double
  /// Activations and scratch that all steps share.
  let arenaBytes: Int
  let peakMegabytes: Double

  enum CodingKeys: String, CodingKey {
    case model, size, batch, threads, isa, precision
    case medianMilliseconds = "median_ms"
    case minimumMilliseconds = "min_ms"
    case imagesPerSecond = "images_per_s"
    case arenaBytes = "arena_bytes"
    case peakMegabytes = "peak_rss_mb"
  }

  init(
    _ description: ModelDescription, size: ImageSize, batch: Int, warmup: Int, runs: Int,
    options: RuntimeOptions
  ) throws {
    let classes = 1000
    let session = try TrainingSession(
      description, from: FreshParameters(seed: 0),
      configuration: NetworkConfiguration(classes: classes), options: options)
    let example = Self.batch(size: size, batch: batch, classes: classes)
    let clock = ContinuousClock()
    var times: [Double] = []
    for step in 1...(warmup + runs) {
      let time = try clock.measure {
        _ = try session.computeGradients(of: example)
        session.parameters.run(
          UpdateSettings(step: step, learningRate: 1e-4, weightDecay: 0.05))
      }
      if step > warmup { times.append(time / .milliseconds(1)) }
    }
    times.sort()
    model = description.name
    self.size = size.description
    self.batch = batch
    threads = options.threads
    isa = options.isa.rawValue
    precision = options.precision.rawValue
    medianMilliseconds = median(sorted: times)
    minimumMilliseconds = times[0]
    imagesPerSecond = 1000 * Double(batch) / medianMilliseconds
    arenaBytes = session.arenaBytes
    peakMegabytes = Double(peakResidentMemory) / 1e6
  }

  private static func batch(size: ImageSize, batch: Int, classes: Int) -> TrainingBatch {
    let shape: Shape = [batch, size.height, size.width, 3]
    var targets = [Float](repeating: 0, count: batch * classes)
    for row in 0..<batch { targets[row * classes + row % classes] = 1 }
    return TrainingBatch(
      shape: shape, images: (0..<shape.count).map { Float($0 % 255) / 127 - 1 },
      targets: targets)
  }

  var lines: [String] {
    [
      "\(model), training, \(size), batch \(batch), \(threads) thread\(threads == 1 ? "" : "s"), "
        + "\(isa), \(precision)",
      "  step             \(fixed(medianMilliseconds, digits: 2)) ms median, "
        + "\(fixed(minimumMilliseconds, digits: 2)) min",
      "  throughput       \(fixed(imagesPerSecond, digits: 1)) images/s",
      "  activations      \(fixed(Double(arenaBytes) / 1e6, digits: 1)) MB with scratch",
      "  resident memory  \(fixed(peakMegabytes, digits: 1)) MB at most",
    ]
  }
}
