import EdgeGraph
import TestSupport
import Testing

@Suite struct RewriterTests {
  private let x = Tensor.input("x", shape: [1, 2, 2, 4])

  private func rewrite(
    _ outputs: [Tensor], _ replace: (any Operation, [Tensor], String, Rewriter) -> Tensor?
  ) throws -> Graph {
    try Rewriter.rewrite(
      Graph(outputs: outputs.enumerated().map { Graph.Output("y\($0)", $1) }), replace)
  }

  @Test func replacesAndRebuildsWhatFollows() throws {
    let y = hardswish(gelu(x) + x)
    let graph = try rewrite([y]) { operation, inputs, path, _ in
      operation as? Activation == Activation(.gelu)
        ? Tensor(Dropout(rate: 0.5), inputs, at: path) : nil
    }
    #expect(graph.operationNames == ["dropout", "add", "activation"])
    #expect(graph.outputs.map(\.name) == ["y0"])
  }

  @Test func whatDoesNotChangeIsTheSameNode() throws {
    let kept = gelu(x)
    let graph = try rewrite([kept, hardswish(kept)]) { operation, inputs, _, _ in
      operation as? Activation == Activation(.hardswish) ? inputs[0] : nil
    }
    #expect(graph.outputs.map(\.tensor.node.id) == [kept.node.id, kept.node.id])
  }

  @Test func keepsPathsOfRebuiltNodes() throws {
    let y = Tensor(Activation(.hardswish), [Tensor(Activation(.gelu), [x], at: "a")], at: "b")
    let graph = try rewrite([y]) { operation, inputs, _, _ in
      operation as? Activation == Activation(.gelu) ? inputs[0] : nil
    }
    #expect(graph.outputs[0].tensor.node.path == "b")
  }

  @Test func constantsAreLeftAlone() throws {
    let code = Tensor(FourierPositions(height: 2, width: 2, channels: 2), [])
    let constant = gelu(code)
    var seen: [String] = []
    let graph = try rewrite([x + constant]) { operation, _, _, _ in
      seen.append(type(of: operation).name)
      return operation as? Activation == Activation(.gelu) ? code : nil
    }
    #expect(seen == ["add"])
    #expect(graph.constants == [code.node.id, constant.node.id])
  }

  @Test func knowsTheOnlyUse() throws {
    let once = gelu(x)
    let twice = Tensor(Scale(by: 2), [once])
    let output = twice + twice
    var found: [String: [Bool]] = [:]
    _ = try rewrite([output, x]) { operation, inputs, _, rewriter in
      found[type(of: operation).name] = inputs.map { rewriter.isOnlyUse($0) }
      return nil
    }
    #expect(found == ["activation": [false], "scale": [true], "add": [false, false]])
  }

  /// An output is read by the caller, so another reader is a second use.
  @Test func anOutputIsAUse() throws {
    let shown = gelu(x)
    var isOnly: Bool?
    _ = try rewrite([shown, hardswish(shown)]) { operation, inputs, _, rewriter in
      if operation as? Activation == Activation(.hardswish) {
        isOnly = rewriter.isOnlyUse(inputs[0])
      }
      return nil
    }
    #expect(isOnly == false)
  }

  @Test func aReplacementTakesOverTheUses() throws {
    let replaced = gelu(x)
    var isOnly: [Bool] = []
    _ = try rewrite([hardswish(replaced), hardswish(replaced)]) { operation, inputs, _, rewriter in
      if operation as? Activation == Activation(.gelu) { return Tensor(Dropout(rate: 0), inputs) }
      isOnly.append(rewriter.isOnlyUse(inputs[0]))
      return nil
    }
    #expect(isOnly == [false, false])
  }

  @Test func aFailedShapeRuleIsThrown() throws {
    #expect(throws: GraphError.self) {
      try rewrite([gelu(x)]) { _, inputs, _, _ in Tensor(Slice(0..<9), inputs) }
    }
  }
}
