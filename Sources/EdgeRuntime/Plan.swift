import EdgeGraph

/// A graph whose operations the runtime knows, as a flat list of kernel calls on planned memory.
struct Plan: Sendable {
  /// One kernel call, split over the threads.
  struct Step: Sendable {
    let operation: String
    let path: String
    let cost: Cost
    let call: KernelCall
    /// The items of each thread.
    let shares: [Range<Int>]
  }

  let options: RuntimeOptions
  let steps: [Step]
  let inputs: [String]
  let inputOperands: [Operand]
  let outputs: [String]
  let outputOperands: [Operand]
  let outputShapes: [Shape]
  /// Floats of the block that all values share.
  let valueCount: Int
  /// The most floats of it that are alive at any step.
  let largestLiveCount: Int
  /// Floats of private memory that each thread needs.
  let scratchCount: Int

  /// - Parameters:
  ///   - graph: as the passes leave it.
  ///   - state: parameters, and outputs, that lie in memory of their own.
  init(
    _ graph: Graph, state: [ObjectIdentifier: Operand] = [:], options: RuntimeOptions,
    constants: ConstantStore
  ) throws(RuntimeError) {
    try Self.validateInputs(of: graph)
    let plan = MemoryPlan(
      graph, constants: graph.constants(variable: Set(state.keys)), state: state,
      options: options)
    var steps: [Step] = []
    for node in plan.steps {
      steps += try Self.steps(node, plan, options: options, constants: constants)
    }
    self.options = options
    self.steps = steps.filter { $0.call.items > 0 }
    inputs = graph.inputs.map(\.name)
    inputOperands = graph.inputs.compactMap { plan[$0.tensor.node] }
    outputs = graph.outputs.map(\.name)
    outputShapes = graph.outputs.map(\.tensor.shape)
    outputOperands = try Self.outputOperands(of: graph, plan)
    valueCount = plan.count
    largestLiveCount = plan.largestLiveCount
    let line = 16  // floats of a cache line
    scratchCount = (steps.map(\.call.scratchCount).max() ?? 0) + line
  }

  private static func validateInputs(of graph: Graph) throws(RuntimeError) {
    for input in graph.inputs {
      let (shape, dtype) = (input.tensor.shape, input.tensor.dtype)
      guard shape.count > 0, dtype == .float32 else {
        throw .unsupported(
          operation: "input", path: input.name,
          reason: "\(shape) of \(dtype) is empty or not float32")
      }
    }
  }

  private static func outputOperands(
    of graph: Graph, _ plan: MemoryPlan
  ) throws(RuntimeError) -> [Operand] {
    var operands: [Operand] = []
    for output in graph.outputs {
      guard let operand = plan[output.tensor.node] else {
        throw .unsupported(operation: "output", path: output.name, reason: "it is constant")
      }
      operands.append(operand)
    }
    return operands
  }

  private static func steps(
    _ node: Node, _ plan: MemoryPlan, options: RuntimeOptions, constants: ConstantStore
  ) throws(RuntimeError) -> [Step] {
    guard let operation = node.operation, let kernel = operation as? any Kernel,
      let output = plan[node]
    else {
      throw .unsupported(
        operation: node.operation.map { type(of: $0).name } ?? "input", path: node.path,
        reason: "the runtime doesn't know it")
    }
    let call = try kernel.bind(
      Binding(
        node, operands: node.inputs.map { plan[$0.node] }, output: output,
        temporary: plan.temporary(node), options: options, constants: constants))
    let cost = operation.cost(node.inputs.map(\.shape))
    return steps(
      call, operation: type(of: operation).name, path: node.path, cost: cost, options: options)
  }

  /// A call with those that go before it.
  static func steps(
    _ call: KernelCall, operation: String, path: String, cost: Cost, options: RuntimeOptions
  ) -> [Step] {
    let before = call.before.flatMap { call in
      steps(call, operation: operation, path: path, cost: cost, options: options)
    }
    let step = Step(
      operation: operation, path: path, cost: cost, call: call,
      shares: shares(of: call.items, cost: cost, threads: options.threads))
    return before + [step]
  }

  /// Even shares, or all for the first thread where the work is shorter than handing it over.
  private static func shares(of items: Int, cost: Cost, threads: Int) -> [Range<Int>] {
    let smallest = 100_000  // multiply-adds or operations: a few microseconds
    let size = cost.multiplyAdds + cost.operations + cost.bytes / 4
    let team = min(threads, max(1, size / smallest), max(items, 1))
    return (0..<threads).map { thread in
      thread < team ? items * thread / team..<items * (thread + 1) / team : 0..<0
    }
  }
}
