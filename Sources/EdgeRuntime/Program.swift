import EdgeGraph
import Synchronization

/// A graph planned for its input shapes, an instruction set and a number of threads: a flat list of
/// kernel calls on planned memory. Running it allocates nothing, and gives the same bits every time.
public final class Program: Sendable {
  /// One kernel call, split over the threads.
  struct Step: Sendable {
    let operation: String
    let path: String
    let cost: Cost
    let call: KernelCall
    /// The items of each thread.
    let shares: [Range<Int>]
  }

  public let options: RuntimeOptions
  public let inputs: [String]
  public let outputs: [String]
  let steps: [Step]
  private let inputOperands: [Operand]
  private let outputOperands: [Operand]
  private let outputShapes: [Shape]
  private let planned: Int
  private let scratch: Int
  private let workspaces = Mutex<[Workspace]>([])

  public var isa: ISA { options.isa }
  public var threads: Int { options.threads }

  /// Passes, binding and planning.
  init(_ graph: Graph, options: RuntimeOptions, constants: ConstantStore) throws {
    for input in graph.inputs {
      let (shape, dtype) = (input.tensor.shape, input.tensor.dtype)
      guard shape.count > 0, dtype == .float32 else {
        throw RuntimeError.unsupported(
          operation: "input", path: input.name,
          reason: "\(shape) of \(dtype) is empty or not float32")
      }
    }
    let graph = try graph.forInference()
    let plan = MemoryPlan(graph, constants: graph.constants)
    var steps: [Step] = []
    for node in plan.steps {
      steps.append(try Self.step(node, plan, options: options, constants: constants))
    }
    self.options = options
    self.steps = steps.filter { $0.call.items > 0 }
    inputs = graph.inputs.map(\.name)
    inputOperands = graph.inputs.compactMap { plan[$0.tensor.node] }
    outputs = graph.outputs.map(\.name)
    outputShapes = graph.outputs.map(\.tensor.shape)
    var outputOperands: [Operand] = []
    for output in graph.outputs {
      guard let operand = plan[output.tensor.node] else {
        throw RuntimeError.unsupported(
          operation: "output", path: output.name, reason: "it is constant")
      }
      outputOperands.append(operand)
    }
    self.outputOperands = outputOperands
    planned = plan.count
    scratch = (steps.map(\.call.scratchCount).max() ?? 0) + Self.line
  }

  private static let line = 16  // floats of a cache line

  private static func step(
    _ node: Node, _ plan: MemoryPlan, options: RuntimeOptions, constants: ConstantStore
  ) throws(RuntimeError) -> Step {
    guard let operation = node.operation, let kernel = operation as? any Kernel,
      let output = plan[node]
    else {
      throw .unsupported(
        operation: node.operation.map { type(of: $0).name } ?? "input", path: node.path,
        reason: "the runtime doesn't know it")
    }
    let call = try kernel.bind(
      Binding(
        node, operands: node.inputs.map { plan[$0.node] }, output: output, options: options,
        constants: constants))
    let cost = operation.cost(node.inputs.map(\.shape))
    return Step(
      operation: type(of: operation).name, path: node.path, cost: cost, call: call,
      shares: shares(of: call.items, cost: cost, threads: options.threads))
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

  /// The bytes of activations, inputs included, that one run needs, without the threads' scratch.
  public var activationBytes: Int { 4 * planned }

  /// Runs the program.
  ///
  /// - Parameter fill: writes the input of the given index, in C order.
  /// - Returns: the outputs, in the order of ``outputs``.
  public func run(
    fill: (Int, inout MutableSpan<Float>) throws -> Void
  ) rethrows -> [TensorData] {
    let workspace = workspaces.withLock { $0.popLast() } ?? makeWorkspace()
    defer { workspaces.withLock { $0.append(workspace) } }
    try prepare(workspace, fill)
    workspace.run(threads: threads)
    return zip(outputOperands, outputShapes).map { operand, shape in
      TensorData(workspace.copy(operand), shape: shape)
    }
  }

  /// Runs the program on one input.
  /// - Precondition: the program has one input, as long as `values`.
  public func run(_ values: [Float]) -> [TensorData] {
    run { _, input in
      precondition(values.count == input.count, "\(values.count) values for \(input.count)")
      for index in values.indices { input[index] = values[index] }
    }
  }

  func prepare(
    _ workspace: Workspace, _ fill: (Int, inout MutableSpan<Float>) throws -> Void
  ) rethrows {
    for (index, operand) in inputOperands.enumerated() {
      var span = unsafe MutableSpan(
        _unsafeStart: operand.pointer(workspace.frame(0)), count: operand.rows * operand.columns)
      try fill(index, &span)
    }
  }

  func makeWorkspace(afterStep: (@Sendable (Int) -> Void)? = nil) -> Workspace {
    Workspace(
      planned: planned, scratch: scratch, threads: threads, steps: steps, afterStep: afterStep)
  }
}
