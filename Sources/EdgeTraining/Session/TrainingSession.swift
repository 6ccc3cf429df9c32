import EdgeGraph
import EdgeModels
import EdgeNN
import EdgeRuntime

/// A network in training: its parameters, their gradients and moments, and a planned program for
/// every input shape that was met. Holds no data and no schedule.
package final class TrainingSession {
  package let model: ModelDescription
  package let configuration: NetworkConfiguration
  package let objective: any TrainingLoss
  package let options: RuntimeOptions
  /// The parameters with everything that updates them.
  package let parameters: ParameterUpdate
  private let network: any Network
  private let arena = TrainingArena()
  private let frozen: Set<String>
  let epsilonOverrides: [String: Double]
  private var programs: [Shape: TrainingProgram] = [:]

  /// Builds the network and copies its parameters.
  ///
  /// - Parameters:
  ///   - source: where the parameters come from.
  ///   - groups: what holds for a parameter, by name and shape.
  ///   - averages: whether to keep a moving average of parameters and buffers.
  ///   - accumulates: whether an update follows several batches.
  /// - Throws: ``ModelError``, ``RuntimeError``.
  package init(
    _ model: ModelDescription, from source: any ParameterSource,
    configuration: NetworkConfiguration, objective: any TrainingLoss = Objective(),
    algorithm: OptimizerAlgorithm = .adamW(),
    groups: (String, Shape) -> ParameterGroup = ParameterGroup.init(name:shape:),
    averages: Bool = false, accumulates: Bool = false, options: RuntimeOptions
  ) throws {
    try options.validate()
    self.model = model
    self.configuration = configuration
    self.objective = objective
    self.options = options
    epsilonOverrides = source.epsilonOverrides
    network = try model.network(from: source, options: configuration)
    let values = try network.graph(input: [1, model.size, model.size, 3]).parameters
    let layout = ParameterLayout(values.map { ($0.name, $0.shape, !$0.isBuffer) })
    let settings = layout.entries.map { groups($0.name, $0.shape) }
    frozen = Set(zip(layout.entries, settings).filter(\.1.isFrozen).map(\.0.name))
    parameters = ParameterUpdate(
      layout, algorithm, groups: settings, averages: averages, accumulates: accumulates,
      options: options)
    for parameter in values { try load(parameter) }
    if let average = parameters.average {
      average[0..<average.count] = parameters.values[0..<average.count]
    }
  }

  /// Copies a value, and lets go of what it was loaded from.
  private func load(_ parameter: ParameterValue) throws(RuntimeError) {
    guard let value = parameter.value, let entry = parameters.layout[parameter.name] else {
      throw .noValue(parameter: parameter.name)
    }
    parameters.values[entry.range] = value.floats()
    parameter.release()
  }

  /// The program of a batch of this shape, `[n, h, w, 3]`, planned at its first use.
  private func program(for images: Shape) throws -> TrainingProgram {
    if let program = programs[images] { return program }
    try model.validate(batch: images[0], height: images[1], width: images[2])
    let graph = try objective.graph(of: network, images: images)
    let program = try TrainingProgram(
      graph, parameters: parameters, arena: arena, options: options
    ) { [frozen] in !frozen.contains($0) }
    programs[images] = program
    return program
  }

  /// The bytes of activations and scratch that all programs share.
  package var arenaBytes: Int { arena.byteCount }
}

extension TrainingSession {
  /// Forward and backward pass; the gradients replace those of the batch before.
  ///
  /// - Parameters:
  ///   - seed: of the run.
  ///   - step: with the seed it decides what is dropped at random.
  /// - Throws: where the network doesn't take the batch's shape.
  package func computeGradients(
    of batch: TrainingBatch, seed: UInt64 = 0, step: Int = 0
  ) throws -> BatchResult {
    let program = try program(for: batch.shape)
    var loss = Double.nan
    var logits: [Float] = []
    program.run { name, input in
      let values =
        name == "images"
        ? batch.images : batch.inputs[name] ?? RandomMask.key(seed: seed, step: step)
      precondition(values.count == input.count, "\(name): \(values.count) of \(input.count)")
      for index in input.indices { input[index] = values[index] }
    } read: { index, output in
      if index == 0 { loss = Double(output[0]) } else { logits = output.array }
    }
    return BatchResult(loss: loss, logits: logits)
  }

  /// The gradient of a parameter after ``computeGradients(of:seed:step:)``, in C order.
  package func gradient(of name: String) -> [Float]? {
    parameters.layout[name].map { parameters.gradients[$0.range] }
  }

  /// The value of a parameter or buffer, in C order.
  package func parameter(_ name: String) -> [Float]? {
    parameters.layout[name].map { parameters.values[$0.range] }
  }
}

extension Span<Float> {
  fileprivate var array: [Float] { indices.map { self[$0] } }
}
