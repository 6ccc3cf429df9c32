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
    try description.validate(batch: batch, height: size.height, width: size.width)
    let made = MadeUpBatch(description, size: size, count: batch)
    let session = try TrainingSession(
      description, from: FreshParameters(seed: 0),
      configuration: NetworkConfiguration(classes: made.classes), objective: made.loss,
      options: options)
    let clock = ContinuousClock()
    var times: [Double] = []
    for step in 1...(warmup + runs) {
      let time = try clock.measure {
        _ = try session.computeGradients(of: made.batch)
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

/// A batch that looks like one of a network's task, with the loss that it is for.
private struct MadeUpBatch {
  let classes: Int
  let loss: any TrainingLoss
  let batch: TrainingBatch

  init(_ model: ModelDescription, size: ImageSize, count: Int) {
    let shape: Shape = [count, size.height, size.width, 3]
    let classes = model.defaultClasses
    let inputs: [String: [Float]]
    switch model.task {
    case .classification:
      loss = Objective()
      inputs = ["targets": Self.targets(count: count, classes: classes)]
    case .detection:
      let anchors = model.anchors(height: size.height, width: size.width)?.count ?? 0
      loss = DetectionLoss()
      inputs = Self.objects(count: count * anchors, classes: classes)
    case .segmentation:
      loss = SegmentationLoss(hasAuxiliaryHead: false)
      let labels = (0..<shape.count / 3).map { Float($0 / 64 % classes) }
      inputs = ["labels": labels, "scale": [SegmentationLoss.scale(labels: labels)]]
    }
    self.classes = classes
    batch = TrainingBatch(
      shape: shape, images: (0..<shape.count).map { Float($0 % 255) / 127 - 1 }, inputs: inputs)
  }

  private static func targets(count: Int, classes: Int) -> [Float] {
    var targets = [Float](repeating: 0, count: count * classes)
    for row in 0..<count { targets[row * classes + row % classes] = 1 }
    return targets
  }

  /// One box in a hundred stands for an object.
  private static func objects(count: Int, classes: Int) -> [String: [Float]] {
    let labels = (0..<count).map { $0 % 100 == 0 ? Float(1 + $0 / 100 % classes) : 0 }
    return [
      "labels": labels, "locations": [Float](repeating: 0.5, count: 4 * count),
      "scale": [DetectionLoss.scale(labels: labels)],
    ]
  }
}
