import EdgeGraph
import Synchronization

/// A graph planned for its input shapes, an instruction set and a number of threads. Running it
/// allocates nothing, and gives the same bits every time.
public final class Program: Sendable {
  let plan: Plan
  private let workspaces = Mutex<[Workspace]>([])

  public var options: RuntimeOptions { plan.options }
  public var inputs: [String] { plan.inputs }
  public var outputs: [String] { plan.outputs }
  public var isa: ISA { options.isa }
  public var threads: Int { options.threads }
  var steps: [Plan.Step] { plan.steps }

  /// Passes, binding and planning.
  init(_ graph: Graph, options: RuntimeOptions, constants: ConstantStore) throws {
    plan = try Plan(graph.forInference(), options: options, constants: constants)
  }

  /// The bytes of activations, inputs included, that one run needs, without the threads' scratch.
  public var activationBytes: Int { 4 * plan.valueCount }

  /// The most bytes of activations that are alive at any step, which no plan can do without.
  public var largestLiveBytes: Int { 4 * plan.largestLiveCount }

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
    return zip(plan.outputOperands, plan.outputShapes).map { operand, shape in
      TensorData(workspace.copy(operand), shape: shape)
    }
  }

  /// Runs the program and lets its outputs be read where they lie, which saves a copy of large ones.
  ///
  /// - Parameters:
  ///   - fill: writes the input of the given index, in C order.
  ///   - read: gets each output of ``outputs`` by its index, in C order.
  public func run(
    fill: (Int, inout MutableSpan<Float>) throws -> Void,
    read: (Int, Span<Float>) throws -> Void
  ) rethrows {
    let workspace = workspaces.withLock { $0.popLast() } ?? makeWorkspace()
    defer { workspaces.withLock { $0.append(workspace) } }
    try prepare(workspace, fill)
    workspace.run(threads: threads)
    for (index, operand) in plan.outputOperands.enumerated() {
      if operand.isContiguous {
        try workspace.withSpan(of: operand) { span in try read(index, span.span) }
      } else {
        let values = workspace.copy(operand)
        try read(index, values.span)
      }
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
    for (index, operand) in plan.inputOperands.enumerated() {
      try workspace.withSpan(of: operand) { span in try fill(index, &span) }
    }
  }

  func makeWorkspace(afterStep: (@Sendable (Int) -> Void)? = nil) -> Workspace {
    let memory = Memory(
      values: plan.valueCount, scratch: plan.scratchCount, threads: threads)
    return Workspace(memory, steps: steps, threads: threads, afterStep: afterStep)
  }
}
