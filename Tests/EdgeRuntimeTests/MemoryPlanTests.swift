import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

@Suite struct MemoryPlanTests {
  private func plan(_ graph: Graph) -> MemoryPlan {
    MemoryPlan(graph, constants: graph.constants, options: RuntimeOptions(threads: 1))
  }

  /// Every read finds what was written, in every cell, and outputs survive to the end.
  @Test func nothingIsOverwrittenBeforeItsLastUse() throws {
    for seed in 0..<300 as Range<UInt64> {
      let graph = try RandomGraph.make(seed: seed, operations: 4 + Int(seed % 20)).forInference()
      SymbolicMemory(plan(graph)).check(graph, seed: seed)
    }
  }

  /// The same graphs as numbers.
  @Test(arguments: ISA.available)
  func randomGraphsComputeTheirValues(isa: ISA) throws {
    for seed in 0..<60 as Range<UInt64> {
      let graph = try RandomGraph.make(seed: seed, operations: 10)
      var rng = SplitMix64(seed: seed)
      let x = Reference.random(RandomGraph.input, using: &rng)
      let program = try Program(
        graph, options: RuntimeOptions(isa: isa, threads: 1), constants: ConstantStore())
      let outputs = program.run(x.values.map { Float($0) })
      for (output, expected) in zip(outputs, graph.evaluated(["x": x])) {
        // Products of products grow: errors in units of the largest value, some forty operations.
        let scale = max(1, expected.values.reduce(0) { max($0, abs($1)) })
        #expect(output.shape == expected.shape)
        #expect(
          largestDifference(output.doubles(), expected.values) < 2e-5 * scale, "seed \(seed)")
      }
    }
  }

  @Test func elementwiseChainsRunInPlace() throws {
    let x = Tensor.input("x", shape: [4, 16])
    let y = hardswish(gelu(hardswish(gelu(x))))
    let graph = try Graph(outputs: [.init("y", y)])
    // The input, which stays, and one more.
    #expect(plan(graph).count == 2 * 64)
  }

  @Test func aValueThatIsReadAgainKeepsItsMemory() throws {
    let x = Tensor.input("x", shape: [4, 16])
    let first = gelu(x)
    let graph = try Graph(outputs: [.init("y", hardswish(first) + first)])
    #expect(plan(graph).count == 3 * 64)
  }

  @Test func anOutputKeepsItsMemory() throws {
    let first = gelu(.input("x", shape: [4, 16]))
    let graph = try Graph(outputs: [.init("y", hardswish(first)), .init("first", first)])
    #expect(plan(graph).count == 3 * 64)
  }

  /// Four values one after the other, each of another width: the first and third share.
  @Test func deadMemoryIsUsedAgain() throws {
    var layers = LayerBuilder(seed: 1)
    var x = Tensor.input("x", shape: [4, 16])
    for _ in 0..<6 { x = layers.linear(x, to: 16) }
    let graph = try Graph(outputs: [.init("y", x)]).forInference()
    #expect(graph.operationNames.count == 6)
    #expect(plan(graph).count == 3 * 64)
  }

  @Test func slicesAreViews() throws {
    let y = gelu(.input("x", shape: [4, 16]))
    let parts = y.split(widths: [6, 10])
    let deep = parts[1].split(widths: [3, 7])[1]
    let graph = try Graph(
      outputs: [.init("a", parts[0]), .init("b", parts[1]), .init("c", deep)])
    let plan = plan(graph)
    #expect(plan.steps.compactMap { $0.operation.map { type(of: $0).name } } == ["activation"])
    let whole = try #require(plan[y.node])
    for (part, column) in [(parts[0], 0), (parts[1], 6), (deep, 9)] {
      let operand = try #require(plan[part.node])
      #expect(operand.lies(in: whole, at: column))
      #expect(operand.rows == 4 && operand.columns == part.shape[1] && operand.stride == 16)
    }
  }

  @Test func partsAreWrittenIntoTheirConcatenation() throws {
    let x = Tensor.input("x", shape: [4, 6])
    let parts = [gelu(x), hardswish(x)]
    let y = Tensor.concatenate(parts)
    let program = try Program(
      Graph(outputs: [.init("y", y)]), options: RuntimeOptions(isa: .portable, threads: 1),
      constants: ConstantStore())
    #expect(program.steps.map(\.operation) == ["activation", "activation"])
    let graph = try Graph(outputs: [.init("y", y)])
    let plan = plan(graph)
    let whole = try #require(plan[y.node])
    #expect(plan[parts[0].node]?.lies(in: whole, at: 0) == true)
    #expect(plan[parts[1].node]?.lies(in: whole, at: 6) == true)
  }

  /// Inputs, slices, outputs and what another concatenation already holds are copied.
  @Test func whatCannotBeInPlaceIsCopied() throws {
    let x = Tensor.input("x", shape: [2, 4])
    let shown = gelu(x)
    let shared = hardswish(x)
    let first = Tensor.concatenate([x, shown, shared, shared, x.split(widths: [1, 3])[1]])
    let second = Tensor.concatenate([shared, first])
    let graph = try Graph(
      outputs: [.init("first", first), .init("second", second), .init("shown", shown)])
    let values = Reference(shape: [2, 4], values: [1, 2, 3, 4, -1, -2, -3, -4])
    let program = try Program(
      graph, options: RuntimeOptions(isa: .portable, threads: 1), constants: ConstantStore())
    let outputs = program.run(values.values.map { Float($0) })
    for (output, expected) in zip(outputs, graph.evaluated(["x": values])) {
      // Activations of the portable kernels: see the header for their error.
      #expect(largestDifference(output.doubles(), expected.values) < 2e-6)
    }
  }

  /// Programs are filled once and measured many times.
  @Test func inputsAreNeverOverwritten() throws {
    let x = Tensor.input("x", shape: [4, 16])
    let graph = try Graph(outputs: [.init("y", gelu(x)), .init("x", x)])
    #expect(plan(graph).count == 2 * 64)
    let program = try Program(
      graph, options: RuntimeOptions(isa: .portable, threads: 1), constants: ConstantStore())
    let values = (0..<64).map { Float($0) - 32 }
    #expect(program.run(values)[1].floats() == values)
  }
}

/// Runs a plan with names in place of numbers: every cell of the memory knows which element of
/// which value it holds.
@safe private struct SymbolicMemory {
  /// An element of the value of a node; slices and concatenations have those of their inputs.
  private struct Element: Hashable {
    let node: ObjectIdentifier
    let index: Int
  }

  private let plan: MemoryPlan
  private let workspace: Workspace

  init(_ plan: MemoryPlan) {
    self.plan = plan
    workspace = Workspace(
      Memory(values: plan.count, scratch: 0, threads: 1), steps: [], threads: 1)
  }

  func check(_ graph: Graph, seed: UInt64) {
    var cells = [Element?](repeating: nil, count: plan.count)
    var contents: [ObjectIdentifier: [Element?]] = [:]
    for node in graph.nodes { contents[node.id] = content(node, contents) }
    for input in graph.inputs { write(input.tensor.node, contents, to: &cells) }
    for node in plan.steps {
      for (index, input) in node.inputs.enumerated() {
        guard let operand = plan[input.node] else { continue }
        let read = addresses(operand)
        let isIntact = read.map { cells[$0] } == contents[input.node.id]
        #expect(isIntact, "seed \(seed): input \(index) of \(node.path)")
        let isAllowed = mayOverlap(node, index, read)
        #expect(isAllowed, "seed \(seed): input \(index) of \(node.path)")
      }
      write(node, contents, to: &cells)
    }
    for output in graph.outputs + graph.inputs {
      guard let operand = plan[output.tensor.node] else {
        Issue.record("seed \(seed): no place for \(output.name)")
        continue
      }
      let isIntact = addresses(operand).map { cells[$0] } == contents[output.tensor.node.id]
      #expect(isIntact, "seed \(seed): \(output.name)")
    }
  }

  private func content(
    _ node: Node, _ contents: [ObjectIdentifier: [Element?]]
  ) -> [Element?] {
    let columns = node.shape.columns
    if let slice = node.operation as? Slice, let whole = contents[node.inputs[0].node.id] {
      let width = node.inputs[0].shape.columns
      return (0..<node.shape.count).map { index in
        whole[index / columns * width + slice.lowerBound + index % columns]
      }
    }
    if node.operation is Concatenate {
      return (0..<node.shape.rows).flatMap { row in
        node.inputs.flatMap { part in
          let width = part.shape.columns
          return contents[part.node.id].map { $0[row * width..<(row + 1) * width] } ?? []
        }
      }
    }
    return (0..<node.shape.count).map { Element(node: node.id, index: $0) }
  }

  /// An output lies elsewhere than its inputs, or element on element where the kernel allows that.
  private func mayOverlap(_ node: Node, _ index: Int, _ read: [Int]) -> Bool {
    guard let operand = plan[node] else { return false }
    let written = addresses(operand)
    if Set(read).isDisjoint(with: written) { return true }
    if node.operation is Concatenate { return copied(node, operand).isDisjoint(with: read) }
    let isReusable = (node.operation as? any Kernel)?.reusableInputs.contains(index) ?? false
    return isReusable && read == written
  }

  /// The cells of a concatenation whose parts were not written in place.
  private func copied(_ node: Node, _ operand: Operand) -> Set<Int> {
    let written = addresses(operand)
    var result: Set<Int> = []
    var column = 0
    for part in node.inputs {
      let columns = column..<column + part.shape.columns
      column = columns.upperBound
      if plan[part.node]?.lies(in: operand, at: columns.lowerBound) == true { continue }
      for start in stride(from: 0, to: written.count, by: operand.columns) {
        result.formUnion(columns.map { written[start + $0] })
      }
    }
    return result
  }

  private func write(
    _ node: Node, _ contents: [ObjectIdentifier: [Element?]], to cells: inout [Element?]
  ) {
    guard let operand = plan[node], let content = contents[node.id] else { return }
    for (address, element) in zip(addresses(operand), content) { cells[address] = element }
  }

  /// Where the elements of a value lie, in C order.
  private func addresses(_ operand: Operand) -> [Int] {
    let frame = workspace.frame(0)
    return (0..<operand.rows).flatMap { row in
      let start = unsafe operand.pointer(frame, row: row) - frame.memory
      return start..<start + operand.columns
    }
  }
}
