import EdgeFormats
import EdgeGraph
import EdgeRuntime

extension TrainingRun {
  /// All that is needed to go on from here.
  package var checkpoint: TrainingCheckpoint {
    let parameters = session.parameters
    let moments = parameters.moments.map { tensors(in: $0, trainableOnly: true) }
    var state = TrainingState(recipe: recipe)
    state.epoch = position.epoch
    state.step = position.step
    state.updates = position.updates
    state.samplerPosition = position.batch
    state.loss = position.loss
    state.best = position.best
    state.bestAverage = position.bestAverage
    return TrainingCheckpoint(
      weights: weights(averaged: false),
      averages: parameters.average.map { tensors(in: $0, trainableOnly: false) },
      moments: moments, state: state, metadata: metadata)
  }

  /// The parameters and buffers as they are now, or their averages.
  package func weights(averaged: Bool) -> TrainingCheckpoint.Tensors {
    let parameters = session.parameters
    let buffer = averaged ? parameters.average ?? parameters.values : parameters.values
    return tensors(in: buffer, trainableOnly: false)
  }

  private func tensors(
    in buffer: StateBuffer, trainableOnly: Bool
  ) -> TrainingCheckpoint.Tensors {
    var result: TrainingCheckpoint.Tensors = [:]
    for entry in session.parameters.layout.entries where entry.isTrainable || !trainableOnly {
      result[entry.name] = TensorData(buffer[entry.range], shape: entry.shape)
    }
    return result
  }

  /// What travels with the weights.
  package var metadata: WeightsMetadata {
    var metadata = WeightsMetadata()
    let transform = recipe.evaluationTransform(of: session.model)
    metadata.model = session.model.name
    metadata.classNames = classNames
    metadata.size = recipe.size
    metadata.resize = transform.resize
    metadata.crop = transform.crop
    metadata.interpolation = session.model.transform.interpolation
    metadata.mean = transform.mean.map { Double($0) }
    metadata.std = transform.std.map { Double($0) }
    metadata.channelOrder = transform.channelOrder.rawValue
    metadata.epsilonOverrides = session.epsilonOverrides
    return metadata
  }

  /// Goes on from a checkpoint of this run.
  ///
  /// - Throws: ``ResumeError`` where it is one of another run.
  package func restore(_ checkpoint: TrainingCheckpoint) throws(ResumeError) {
    let parameters = session.parameters
    try copy(checkpoint.weights, to: parameters.values, "weights", trainableOnly: false)
    guard checkpoint.moments.count == parameters.moments.count else {
      throw .moments(
        expected: parameters.moments.count, found: checkpoint.moments.count)
    }
    for (index, moment) in checkpoint.moments.enumerated() {
      try copy(
        moment, to: parameters.moments[index], "moments of the optimizer", trainableOnly: true)
    }
    if let average = parameters.average {
      try copy(
        checkpoint.averages ?? checkpoint.weights, to: average, "averages", trainableOnly: false)
    }
    let state = checkpoint.state
    position = RunPosition()
    position.epoch = state.epoch
    position.step = state.step
    position.updates = state.updates
    position.batch = state.samplerPosition
    position.loss = state.loss
    position.best = state.best
    position.bestAverage = state.bestAverage
  }

  private func copy(
    _ tensors: TrainingCheckpoint.Tensors, to buffer: StateBuffer, _ what: String,
    trainableOnly: Bool
  ) throws(ResumeError) {
    for entry in session.parameters.layout.entries where entry.isTrainable || !trainableOnly {
      guard let tensor = tensors[entry.name] else {
        throw .missing(name: entry.name, what: what)
      }
      guard tensor.shape == entry.shape else {
        throw .shape(name: entry.name, expected: entry.shape, found: tensor.shape)
      }
      buffer[entry.range] = tensor.floats()
    }
  }
}

/// Why a run can't go on from a checkpoint.
package enum ResumeError: Error, Equatable, Sendable, CustomStringConvertible {
  case missing(name: String, what: String)
  case shape(name: String, expected: Shape, found: Shape)
  case moments(expected: Int, found: Int)

  package var description: String {
    switch self {
    case .missing(let name, let what):
      "resume: the checkpoint's \(what) lack '\(name)'; go on with the network and the recipe that "
        + "it was written with"
    case .shape(let name, let expected, let found):
      "resume: '\(name)' has shape \(found), the network expects \(expected); go on with the "
        + "network and the classes that it was written with"
    case .moments(let expected, let found):
      "resume: the optimizer keeps \(expected) numbers for each parameter, the checkpoint has "
        + "\(found); go on with the optimizer that it was written with"
    }
  }
}
