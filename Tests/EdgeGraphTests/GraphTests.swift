import TestSupport
import Testing

@testable import EdgeGraph

@Suite struct GraphTests {
  private func graph(_ tensors: Tensor...) throws -> Graph {
    try Graph(outputs: tensors.enumerated().map { Graph.Output("y\($0)", $1) })
  }

  @Test func inputsComeBeforeTheirUses() throws {
    var rng = SplitMix64(seed: 11)
    for _ in 0..<50 {
      var tensors = [Tensor.input("x", shape: [4]), Tensor.input("z", shape: [4])]
      for _ in 0..<30 {
        guard let a = tensors.randomElement(using: &rng),
          let b = tensors.randomElement(using: &rng)
        else { continue }
        tensors.append(a + b)
      }
      let nodes = try graph(tensors[31], tensors[20]).nodes
      var position: [ObjectIdentifier: Int] = [:]
      for (index, node) in nodes.enumerated() {
        #expect(position.updateValue(index, forKey: node.id) == nil, "listed twice")
        for input in node.inputs {
          #expect(position[input.node.id] != nil, "used before it is made")
        }
      }
    }
  }

  @Test func orderFollowsTheInputsAsNamed() throws {
    let (x, z) = (Tensor.input("x", shape: [2]), Tensor.input("z", shape: [2]))
    let g = try graph(Tensor(Scale(by: 2), [z]) + gelu(x), x)
    #expect(g.inputs.map(\.name) == ["z", "x"])
    #expect(g.operationNames == ["scale", "activation", "add"])
    #expect(g.outputs.map(\.name) == ["y0", "y1"])
  }

  @Test func onlyWhatOutputsNeedIsPartOfIt() throws {
    let x = Tensor.input("x", shape: [2])
    _ = gelu(x)
    let g = try graph(hardswish(x))
    #expect(g.operationNames == ["activation"])
  }

  @Test func parametersInOrderOfUse() throws {
    var rng = SplitMix64(seed: 1)
    let (a, b) = (Tensor.random("a", [2], using: &rng), Tensor.random("b", [2], using: &rng))
    let x = Tensor.input("x", shape: [3, 2])
    let g = try graph(x * b + a + b)
    #expect(g.parameters.map(\.name) == ["b", "a"])
  }

  @Test func costsAddUp() throws {
    let x = Tensor.input("x", shape: [3, 2])
    #expect(
      try graph(gelu(x) + x).cost == Cost(operations: 30 + 6, bytes: 4 * (12 + 18)))
    #expect(try graph(x).cost == Cost())
  }

  @Test func reportsTheFirstFailureWithItsPlace() throws {
    let x = Tensor.input("x", shape: [2, 3])
    let wrong = Tensor(Slice(0..<4), [x], at: "stages.1.split")
    let later = Tensor(SpatialMean(), [x], at: "pool")
    let expected = GraphError(
      operation: "slice", path: "stages.1.split", inputs: [[2, 3]],
      cause: .extent(axis: 1, expected: "at least 4", found: [2, 3]))
    #expect(throws: expected) { try graph(gelu(wrong) + x, later) }
    #expect(throws: expected) { try graph(x, wrong + later) }
  }

  /// The poison passes through operations that would fail on its empty shape too.
  @Test func poisonIsNotJudgedAgain() throws {
    let x = Tensor.input("x", shape: [2, 3])
    let wrong = Tensor(SpatialMean(), [x], at: "pool")
    let after = Tensor(SpatialMean(), [gelu(wrong)], at: "second")
    let error = GraphError(
      operation: "spatial_mean", path: "pool", inputs: [[2, 3]],
      cause: .rank(expected: "4 [n, h, w, c]", found: [2, 3]))
    #expect(throws: error) { try graph(after) }
    #expect("\(error)" == "pool (spatial_mean): expected rank 4 [n, h, w, c], found [2, 3]")
  }

  @Test func describesErrors() {
    let extent = ShapeError.extent(axis: 1, expected: "at least 4", found: [2, 3])
    let mismatch = ShapeError.mismatch(expected: "a bias of [8]", found: [[3], [4]])
    #expect("\(extent)" == "expected at least 4 along axis 1, found [2, 3]")
    #expect("\(mismatch)" == "expected a bias of [8], found [3] and [4]")
    let error = GraphError(operation: "slice", path: "", inputs: [], cause: extent)
    #expect("\(error)" == "slice: expected at least 4 along axis 1, found [2, 3]")
  }

  @Test func countsUses() throws {
    let x = Tensor.input("x", shape: [2])
    let y = gelu(x)
    let z = y + y
    let counts = try graph(z, y, z).useCounts
    #expect(counts[x.node.id] == 1)
    #expect(counts[y.node.id] == 3)
    #expect(counts[z.node.id] == 2)
  }

  @Test func constantsDependOnNoInput() throws {
    let x = Tensor.input("x", shape: [1, 2, 2, 4])
    let code = Tensor(FourierPositions(height: 2, width: 2, channels: 2), [])
    let literal = Tensor.constant(TensorData([1, 2, 3, 4], shape: [4]))
    let scaled = code * literal
    let y = x + scaled
    let constants = try graph(y).constants
    #expect(constants == [code.node.id, literal.node.id, scaled.node.id])
  }

  /// By recursion, releasing or sorting this would overflow the stack.
  @Test func longChainsAreSortedAndReleased() throws {
    weak var first: Node?
    weak var last: Node?
    do {
      var x = gelu(.input("x", shape: [1]))
      first = x.node
      for _ in 0..<100_000 { x = x + x }
      last = x.node
      #expect(try graph(x).nodes.count == 100_002)
    }
    #expect(first == nil)
    #expect(last == nil)
  }

  /// A part of a released graph that is still held stays whole.
  @Test func whatIsHeldSurvives() throws {
    var middle = gelu(.input("x", shape: [1]))
    do {
      var x = middle
      for index in 0..<1000 {
        x = gelu(x)
        if index == 500 { middle = x }
      }
    }
    #expect(try graph(middle).nodes.count == 503)
  }
}
