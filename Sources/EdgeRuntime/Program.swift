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

  public let isa: ISA
  public let threads: Int
  public let inputs: [String]
  public let outputs: [String]
  let steps: [Step]
  private let inputOperands: [Operand]
  private let outputOperands: [Operand]
  private let outputShapes: [Shape]
  private let planned: Int
  private let scratch: Int
  private let workspaces = Mutex<[Workspace]>([])

  /// Passes, binding and planning.
  init(
    _ graph: Graph, isa: ISA, threads: Int, constants: ConstantStore
  ) throws {
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
      steps.append(try Self.step(node, plan, isa: isa, threads: threads, constants: constants))
    }
    self.isa = isa
    self.threads = threads
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
    _ node: Node, _ plan: MemoryPlan, isa: ISA, threads: Int, constants: ConstantStore
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
        node, operands: node.inputs.map { plan[$0.node] }, output: output, isa: isa,
        constants: constants))
    let cost = operation.cost(node.inputs.map(\.shape))
    return Step(
      operation: type(of: operation).name, path: node.path, cost: cost, call: call,
      shares: shares(of: call.items, cost: cost, threads: threads))
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

  /// The bytes of scratch of all threads.
  public var scratchBytes: Int { 4 * scratch * threads }

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
    execute(workspace)
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

  func makeWorkspace() -> Workspace {
    Workspace(planned: planned, scratch: scratch, threads: threads)
  }

  /// Runs all steps on a workspace whose inputs are filled.
  ///
  /// - Parameter afterStep: called on the calling thread when a step is done everywhere.
  func execute(_ workspace: Workspace, afterStep: (@Sendable (Int) -> Void)? = nil) {
    workspace.barrier.reset()
    let ranParallel = ThreadPool.shared.run(threads: threads) { [steps, threads] thread in
      let frame = workspace.frame(thread)
      for (round, step) in steps.enumerated() {
        let share = step.shares[thread]
        if !share.isEmpty { step.call.run(frame, share) }
        workspace.barrier.wait(threads: threads, round: round)
        if thread == 0 { afterStep?(round) }
      }
    }
    if !ranParallel { executeAlone(workspace, afterStep) }
  }

  /// The same shares one after the other: the same bits without the pool.
  private func executeAlone(_ workspace: Workspace, _ afterStep: (@Sendable (Int) -> Void)?) {
    let frame = workspace.frame(0)
    for (round, step) in steps.enumerated() {
      for share in step.shares where !share.isEmpty { step.call.run(frame, share) }
      afterStep?(round)
    }
  }
}

/// The memory of one run.
@safe final class Workspace: @unchecked Sendable {
  // Safe to share: only one run uses a workspace at a time, and its threads write disjoint parts
  // between two meetings at the barrier.
  private let memory: UnsafeMutablePointer<Float>
  private let planned, scratch: Int
  let barrier = Barrier()

  init(planned: Int, scratch: Int, threads: Int) {
    let line = 16
    self.planned = (planned + line - 1) / line * line
    self.scratch = (scratch + line - 1) / line * line
    unsafe memory = alignedFloats(self.planned + self.scratch * threads)
  }

  deinit { unsafe memory.deallocate() }

  func frame(_ thread: Int) -> Frame {
    unsafe Frame(memory: memory, scratch: memory + (planned + scratch * thread))
  }

  func copy(_ operand: Operand) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(operand.rows * operand.columns)
    for row in 0..<operand.rows {
      unsafe result.append(
        contentsOf: UnsafeBufferPointer(
          start: operand.pointer(frame(0), row: row), count: operand.columns))
    }
    return result
  }
}
