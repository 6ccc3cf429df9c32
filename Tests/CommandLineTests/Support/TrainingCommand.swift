import EdgeTraining
import Foundation
import TestSupport

/// A training run of a few seconds at most.
///
/// - Parameter options: after the ones that every run of the tests has, which are not repeated.
func train(
  data: String, output: String, _ options: [String] = [], interruption: Interruption? = nil
) throws -> Finished {
  try edgevision(
    [
      "train", "--model", "edgenext_xx_small", "--data", data, "--output", output, "--size", "32",
      "--batch", "6", "--threads", "2",
    ] + options, interruption: interruption)
}

/// A short plain recipe: nothing is mixed or averaged.
let plainRecipe = [
  "--epochs", "2", "--warmup-epochs", "0", "--lr", "0.001", "--mixup", "0", "--cutmix", "0",
  "--no-ema", "--multi-scale", "off", "--drop-path", "0",
]

/// All numbers of a checkpoint, as bits, and where the run stands.
struct CheckpointBits: Equatable {
  private let tensors: [String: [UInt32]]
  private let position: [Int]

  init(_ path: String) throws {
    let checkpoint = try TrainingCheckpoint(contentsOf: path)
    var tensors: [String: [UInt32]] = [:]
    let sections =
      [("model", checkpoint.weights), ("model_ema", checkpoint.averages ?? [:])]
      + checkpoint.moments.enumerated().map { ("moment\($0)", $1) }
    for (section, values) in sections {
      for (name, tensor) in values {
        tensors["\(section).\(name)"] = tensor.floats().map(\.bitPattern)
      }
    }
    self.tensors = tensors
    let state = checkpoint.state
    position = [state.epoch, state.step, state.updates, state.samplerPosition]
  }

  var count: Int { tensors.count }

  /// The names of tensors that differ.
  func differences(from other: Self) -> [String] {
    Set(tensors.keys).union(other.tensors.keys).filter { tensors[$0] != other.tensors[$0] }
      .sorted()
  }
}

/// The lines of a run's log without what depends on time.
func logLines(_ output: String) throws -> [[String: Any]] {
  let text = try String(contentsOfFile: "\(output)/log.jsonl", encoding: .utf8)
  return try text.split(separator: "\n").compactMap { line in
    try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
  }
}
