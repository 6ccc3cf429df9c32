import ArgumentParser
import EdgeVision

/// How long a network for detection or segmentation takes together with what makes boxes or classes
/// of its outputs, for one prepared picture.
struct TaskBench {
  /// Of the network's input in pixels.
  let side: Int
  /// Of each run that counts.
  let milliseconds: [Double]
  /// How many boxes were found in each run; nil for segmentation.
  let boxes: Int?

  /// Boxes of a larger score count, as in the official evaluation.
  private static let threshold = 0.05

  /// - Parameters:
  ///   - size: nil for the one of the weights.
  ///   - runs: at least 1.
  /// - Throws: `ValidationError` for a network that classifies pictures, and what making a detector
  ///   or segmenter throws.
  init(
    _ network: PretrainedNetwork, size: Int?, warmup: Int, runs: Int, options: RuntimeOptions
  ) throws {
    let worker = try Worker(network, size: size, options: options)
    let input = Self.input(side: worker.side)
    var count: Int?
    var times: [Double] = []
    for run in 0..<warmup + runs {
      let (found, milliseconds) = try timed { try worker.run(input) }
      if run >= warmup { times.append(milliseconds) }
      count = found
    }
    side = worker.side
    milliseconds = times
    boxes = count
  }

  private enum Worker {
    case detector(ObjectDetector)
    case segmenter(SemanticSegmenter)

    init(_ network: PretrainedNetwork, size: Int?, options: RuntimeOptions) throws {
      switch network.model.task {
      case .classification:
        throw ValidationError(
          "\(network.model.name) makes neither boxes nor masks; choose ssd_... or deeplabv3_...")
      case .detection:
        self = .detector(try ObjectDetector(network, size: size, options: options))
      case .segmentation:
        self = .segmenter(try SemanticSegmenter(network, size: size, options: options))
      }
    }

    var side: Int {
      switch self {
      case .detector(let detector): detector.transform.crop
      case .segmenter(let segmenter): segmenter.transform.crop
      }
    }

    /// The number of boxes; nil where there are none to count.
    func run(_ input: [Float]) throws -> Int? {
      switch self {
      case .detector(let detector):
        return try detector.detections(
          prepared: input, width: side, height: side, threshold: TaskBench.threshold
        ).count
      case .segmenter(let segmenter):
        _ = try segmenter.segmentation(prepared: input, width: side, height: side)
        return nil
      }
    }
  }

  /// Noise of mean 0 and variance 1, the same in every run: what outputs hold decides how much there
  /// is to choose from.
  private static func input(side: Int) -> [Float] {
    var state: UInt32 = 1
    return (0..<side * side * 3).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return (Float(state >> 8) / Float(1 << 23) - 1) * 1.7320508
    }
  }
}
