import EdgeGraph

/// Forward and backward pass for one input shape, planned on memory that programs of other shapes
/// share. Gradients and running statistics are written where the state keeps them; running it
/// allocates nothing once every program has run, and gives the same bits every time.
package final class TrainingProgram {
  private let plan: Plan
  private let arena: TrainingArena
  private var workspace: Workspace?
  private var generation = -1

  /// - Parameters:
  ///   - recorded: as a model records it; its first output is the loss, of one element.
  ///   - parameters: holds every parameter of the graph, and takes the gradients.
  ///   - isTrained: whether a parameter, by its name, gets a gradient.
  package init(
    _ recorded: Graph, parameters: ParameterUpdate, arena: TrainingArena, options: RuntimeOptions,
    isTrained: (String) -> Bool
  ) throws {
    try options.validate()
    let training = try TrainingGraph(recorded, isTrainable: isTrained)
    plan = try Plan(
      training.graph, state: parameters.operands(of: training), options: options,
      constants: ConstantStore())
    self.arena = arena
    arena.reserve(plan)
  }

  package var inputs: [String] { plan.inputs }

  /// The bytes of activations that one run needs.
  package var activationBytes: Int { 4 * plan.valueCount }

  /// Computes the results and all gradients.
  ///
  /// - Parameters:
  ///   - fill: writes the input of the given name, in C order.
  ///   - read: gets the values of the results that were recorded, by index.
  package func run(
    fill: (String, inout MutableSpan<Float>) throws -> Void,
    read: (Int, Span<Float>) throws -> Void
  ) rethrows {
    let workspace = currentWorkspace()
    for (name, operand) in zip(plan.inputs, plan.inputOperands) {
      try workspace.withSpan(of: operand) { span in try fill(name, &span) }
    }
    workspace.run(threads: plan.options.threads)
    for (index, operand) in plan.outputOperands.enumerated() where !operand.isState {
      try workspace.withSpan(of: operand) { span in try read(index, span.span) }
    }
  }

  /// The workspace is made anew after the arena has moved.
  private func currentWorkspace() -> Workspace {
    if let workspace, generation == arena.generation { return workspace }
    let made = Workspace(
      arena.memory, steps: plan.steps, threads: plan.options.threads)
    workspace = made
    generation = arena.generation
    return made
  }
}

/// The memory of training programs of which one runs at a time.
package final class TrainingArena {
  private(set) var memory = Memory(values: 0, scratch: 0, threads: 1)
  private(set) var generation = 0

  package init() {}

  /// Grows to what a plan needs.
  func reserve(_ plan: Plan) {
    let (values, scratch) = (plan.valueCount, plan.scratchCount)
    let threads = plan.options.threads
    if generation > 0, values <= memory.values, scratch <= memory.scratch,
      threads <= memory.threads
    {
      return
    }
    memory = Memory(
      values: max(values, memory.values), scratch: max(scratch, memory.scratch),
      threads: max(threads, memory.threads))
    generation += 1
  }

  package var byteCount: Int { 4 * (memory.values + memory.scratch * memory.threads) }
}
