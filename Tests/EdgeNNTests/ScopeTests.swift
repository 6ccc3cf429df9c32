import EdgeGraph
import EdgeNN
import TestSupport
import Testing

@Suite struct ScopeTests {
  @Test func namesArePathsWithDots() throws {
    let scopes = try Scope.build(from: ShapesOnly()) { root in
      [root, root / "stages", root / "stages" / 0 / "norm"]
    }
    #expect(scopes.map(\.path) == ["", "stages", "stages.0.norm"])
  }

  @Test func parametersAreAskedForByTheirFullName() throws {
    let source = FixedSource(tensors: [("a", [1]), ("block.2.b", [2, 3])])
    let tensors = try Scope.build(from: source) { root in
      [
        root.parameter("a", [1], .constant(0)),
        (root / "block" / 2).buffer("b", [2, 3], .constant(0)),
      ]
    }
    #expect(tensors.map(\.node.path) == ["a", "block.2.b"])
    #expect(tensors.map(\.shape) == [[1], [2, 3]])
  }

  @Test func everyProblemIsReportedAtOnce() {
    let source = FixedSource(tensors: [
      ("norm.weight", [4]), ("norm.bais", [4]), ("head.weight", [9, 4]), ("head.bias", [10]),
      ("optimizer", [1]),
    ])
    let expected = CheckpointError(
      missing: [
        .init(name: "norm.bias", shape: [4], nearest: "norm.bais"),
        .init(name: "gamma", shape: [4], nearest: nil),
      ],
      misshapen: [
        .init(name: "head.weight", expected: [10, 4], found: [9, 4])
      ],
      leftOver: ["norm.bais", "optimizer"])
    #expect(throws: expected) {
      try Scope.build(from: source) { root in
        _ = LayerNorm(root / "norm", channels: 4)
        _ = root.parameter("gamma", [4], .constant(1))
        _ = Linear(root / "head", from: 4, to: 10)
      }
    }
  }

  /// The layers get placeholders, so that building goes on and a graph can be recorded.
  @Test func placeholdersHaveTheExpectedShape() {
    var recorded: Shape?
    #expect(throws: CheckpointError.self) {
      try Scope.build(from: FixedSource(tensors: [])) { root in
        let linear = Linear(root / "head", from: 4, to: 10)
        recorded = linear(.input("x", shape: [2, 4])).shape
      }
    }
    #expect(recorded == [2, 10])
  }

  @Test func aSourceIsCompared() {
    func fit(_ tensors: [(name: String, shape: Shape)]) -> ParameterFit {
      Scope.fit(of: FixedSource(tensors: tensors)) { root in
        (root / "alias").ignore()
        _ = BatchNorm(root / "norm", channels: 4)
        _ = Linear(root / "head", from: 4, to: 10)
      }
    }
    let whole =
      ["weight", "bias", "running_mean", "running_var"].map {
        (name: "norm.\($0)", shape: Shape([4]))
      }
      + [(name: "head.weight", shape: [10, 4]), (name: "head.bias", shape: [10])]
    #expect(fit(whole) == ParameterFit(needed: 6, held: 6, leftOver: 0))
    #expect(fit(whole).isComplete && fit(whole).similarity == 1)
    let more = fit(whole + [("norm.num_batches_tracked", []), ("alias.a", [1]), ("b", [1])])
    #expect(more == ParameterFit(needed: 6, held: 6, leftOver: 1))
    #expect(!more.isComplete && more.coverage == 1 && more.similarity == 6.0 / 7)
    let less = fit(Array(whole.dropFirst(3).dropLast()) + [("head.bias", [9])])
    #expect(less == ParameterFit(needed: 6, held: 2, leftOver: 0))
    #expect(fit([]).coverage == 0)
    let rule = Scope.fit(of: ShapesOnly()) { root in Linear(root, from: 2, to: 3) }
    #expect(rule == ParameterFit(needed: 2, held: 0, leftOver: 0))
    #expect(Scope.fit(of: ShapesOnly()) { _ in 0 }.coverage == 0)
  }

  @Test func countersAreAcceptedAndNotNeeded() throws {
    let statistics = ["weight", "bias", "running_mean", "running_var"]
      .map { (name: "bn.\($0)", shape: Shape([4])) }
    for extra in [[], [(name: "bn.num_batches_tracked", shape: Shape([]))]] {
      let norm = try Scope.build(from: FixedSource(tensors: statistics + extra)) { root in
        BatchNorm(root / "bn", channels: 4)
      }
      #expect(norm.runningVariance.node.path == "bn.running_var")
    }
  }

  /// A source without a list of names has nothing left over.
  @Test func aRuleGivesAnyName() throws {
    let linear = try Scope.build(from: SyntheticParameters(tag: "t")) { root in
      Linear(root / "anything", from: 2, to: 3)
    }
    guard case .parameter(let weight) = linear.weight.node.kind else {
      Issue.record("no parameter")
      return
    }
    #expect(weight.name == "anything.weight")
    #expect(weight.value?.shape == [3, 2])
  }

  @Test func shapesOnlyHaveNoValues() throws {
    let linear = try Scope.build(from: ShapesOnly()) { root in
      Linear(root, from: 2, to: 3)
    }
    let graph = try Graph(outputs: [.init("y", linear(.input("x", shape: [1, 2])))])
    #expect(graph.parameters.map(\.name) == ["weight", "bias"])
    #expect(graph.parameters.allSatisfy { $0.value == nil })
  }

  @Test func epsilonsOfTheSourceReachTheLayersAtTheirPath() throws {
    let source = FixedSource(
      tensors: [],
      epsilonOverrides: ["a.norm": 0.125, "bn": 0.25])
    var found: [Double?] = []
    _ = try? Scope.build(from: source) { root in
      let x = Tensor.input("x", shape: [2, 4])
      let layers = [root / "a" / "norm", root / "b" / "norm"].map { LayerNorm($0, channels: 4) }
      found = layers.map { ($0(x).node.operation as? LayerNormalization)?.epsilon }
      let norms = [root / "bn", root / "bn" / "deep"].map { BatchNorm($0, channels: 4) }
      found += norms.map { ($0(x).node.operation as? BatchNormalization)?.epsilon }
    }
    #expect(found == [0.125, 1e-6, 0.25, 1e-5])
  }
}
