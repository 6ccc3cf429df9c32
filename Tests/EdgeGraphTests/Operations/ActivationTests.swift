import EdgeGraph
import TestSupport
import Testing

@Suite struct ActivationTests {
  @Test func appliesTheFunctionToEveryElement() throws {
    let x = Reference(shape: [2, 2], values: [-4, -1.5, 1.5, 9])
    let y = Activation(.hardswish).reference([x])
    #expect(y == Reference(shape: [2, 2], values: [0, -0.375, 1.125, 9]))
    #expect(try Activation(.silu).outputShape([[2, 3]]) == [2, 3])
  }

  @Test func costsByElement() {
    #expect(Activation(.gelu).cost([[2, 3]]) == Cost(operations: 30, bytes: 4 * 12))
    #expect(Activation(.hardswish).cost([[2, 3]]) == Cost(operations: 24, bytes: 4 * 12))
    #expect(Activation(.relu).cost([[2, 3]]).operations == 6)
  }

  /// Both sides of zero and of the corners, which the sweep over the samples doesn't reach.
  @Test(arguments: ActivationFunction.allCases)
  func agreesWithFiniteDifferences(function: ActivationFunction) throws {
    let x = (-70...70).map { Double($0) / 10 + 0.03 }
    let inputs = [Reference(shape: [141], values: x)]
    let check = try DerivativeCheck(Activation(function), inputs: inputs)
    let derived = try #require(check.derived[0])
    #expect(largestDifference(derived.values, check.measured[0].values) < 1e-8)
  }

  /// Where the result tells the slope, nothing reads the input after it.
  @Test(arguments: ActivationFunction.allCases)
  func theInputIsKeptOnlyWhereItIsNeeded(function: ActivationFunction) throws {
    let x = Tensor.input("x", shape: [3])
    let y = Tensor(Activation(function), [x])
    let dx = try gradients(of: y.sum(to: [1]), withRespectTo: [x])[0]
    let read = try #require(dx.node.inputs.last).node
    #expect((read === y.node) == [.relu, .relu6].contains(function))
    #expect(read === y.node || read === x.node)
  }

  @Test func everyFunctionHasAName() throws {
    let x = Tensor.input("x", shape: [2])
    let named = [gelu(x), hardswish(x), silu(x), relu(x), relu6(x), hardsigmoid(x), sigmoid(x)]
    let functions = named.map { ($0.node.operation as? Activation)?.function }
    #expect(functions == ActivationFunction.allCases)
  }
}
