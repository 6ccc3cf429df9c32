import ArgumentParser
import EdgeVision

extension NetworkOptions {
  /// Refuses what can't be a network for the task before anything is loaded.
  ///
  /// - Throws: `ValidationError` for a network of another task, and where there are no weights to
  ///   load.
  func require(_ task: NetworkTask) throws {
    if let model, model.task != task {
      throw ValidationError("\(TaskMismatch(model, wanted: task)).")
    }
    guard task != .classification, weights == nil else { return }
    if let model, PublishedWeights(model: model.name) != nil { return }
    throw ValidationError(
      "no weights for \(task.rawValue) come with the program: give --weights FILE, a checkpoint of "
        + "the official code or one of your own, from 'edgevision train --model "
        + "\(model?.name ?? task.example) --data DIR --output RUN'.")
  }

  /// Loads the network and says which weights were chosen.
  ///
  /// - Throws: ``TaskMismatch`` where the weights are those of a network for something else.
  func load(for task: NetworkTask) throws -> PretrainedNetwork {
    let network = try load()
    guard network.model.task == task else { throw TaskMismatch(network.model, wanted: task) }
    return network
  }
}

/// A network that another command is for.
struct TaskMismatch: Error, Equatable, CustomStringConvertible {
  let model: String
  let found, wanted: NetworkTask

  init(_ model: ModelDescription, wanted: NetworkTask) {
    self.model = model.name
    found = model.task
    self.wanted = wanted
  }

  var description: String {
    "\(model) is a network for \(found.rawValue): use it with 'edgevision \(found.command)', or give "
      + "'\(wanted.command)' one for \(wanted.rawValue), such as --model \(wanted.example)"
  }
}

extension NetworkTask {
  fileprivate var command: String {
    switch self {
    case .classification: "predict"
    case .detection: "detect"
    case .segmentation: "segment"
    }
  }

  /// A network to start with.
  fileprivate var example: String {
    switch self {
    case .classification: "edgenext_small"
    case .detection: "ssd_edgeformer_s"
    case .segmentation: "deeplabv3_edgeformer_s"
    }
  }
}
