import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

@Suite struct DropAtRandomTests {
  private let x = Tensor.input("x", shape: [64, 2, 3, 4])

  private func dropped(_ outputs: [Tensor], variable: Set<ObjectIdentifier> = []) throws -> Graph {
    try DropAtRandom.apply(
      to: Graph(outputs: outputs.enumerated().map { Graph.Output("y\($0)", $1) }),
      variable: variable)
  }

  /// The outputs for an input of ones.
  private func values(
    _ graph: Graph, shape: Shape = [64, 2, 3, 4], step: Int = 0
  ) -> [[Double]] {
    let key = RandomMask.key(seed: 1, step: step).map(Double.init)
    return graph.evaluated([
      "x": Reference(shape: shape, values: [Double](repeating: 1, count: shape.count)),
      DropAtRandom.keyName: Reference(shape: [4], values: key),
    ]).map(\.values)
  }

  private func depth(_ x: Tensor, rate: Double = 0.5, at path: String = "layer") -> Tensor {
    Tensor(StochasticDepth(rate: rate), [x], at: path)
  }

  @Test func stochasticDepthDropsWholeSamples() throws {
    let graph = try dropped([depth(x)])
    #expect(graph.operationNames == ["random_mask", "multiply"])
    let y = values(graph)[0]
    let samples = (0..<64).map { Set(y[$0 * 24..<($0 + 1) * 24]) }
    #expect(samples.allSatisfy { $0 == [0] || $0 == [2] })
    #expect(Set(samples).count == 2)
  }

  @Test func dropoutDropsElements() throws {
    let graph = try dropped([Tensor(Dropout(rate: 0.25), [x], at: "head")])
    let y = values(graph)[0]
    let kept = Double(Float(1 / 0.75))
    #expect(Set(y) == [0, kept])
    let dropped = Double(y.count { $0 == 0 }) / Double(y.count)
    // Five standard deviations of 1536 draws.
    #expect(abs(dropped - 0.25) < 0.056)
  }

  @Test func dropoutDropsWholeChannels() throws {
    let graph = try dropped([Tensor(Dropout(rate: 0.25, of: .channel), [x], at: "head")])
    #expect(graph.operationNames == ["random_mask", "multiply"])
    let y = values(graph)[0]
    let images = (0..<64).map { image in
      (6 * image..<6 * (image + 1)).map { pixel in Array(y[4 * pixel..<4 * (pixel + 1)]) }
    }
    #expect(images.allSatisfy { Set($0).count == 1 })
    let channels = (0..<4).map { channel in images.map { $0[0][channel] } }
    #expect(channels.allSatisfy { Set($0) == [0, Double(Float(1 / 0.75))] })
    #expect(Set(channels).count == 4)
  }

  @Test(arguments: [0.1, 0.25, 0.5])
  func channelsAreDroppedAtTheirRate(rate: Double) throws {
    let shape: Shape = [40, 1, 2, 500]
    let x = Tensor.input("x", shape: shape)
    let y = values(try dropped([Tensor(Dropout(rate: rate, of: .channel), [x])]), shape: shape)[0]
    let dropped = Double(y.count { $0 == 0 }) / Double(y.count)
    // Five standard deviations of 20,000 draws.
    #expect(abs(dropped - rate) < 5 * (rate * (1 - rate) / 20_000).squareRoot())
  }

  /// The official blocks draw anew wherever they drop, also with the same layer.
  @Test func everyUseDrawsForItself() throws {
    let channels = Dropout(rate: 0.5, of: .channel)
    let outputs = [
      depth(x), depth(gelu(x)), depth(x, at: "other"), Tensor(Dropout(rate: 0.5), [x], at: "layer"),
      Tensor(channels, [x], at: "layer"), Tensor(channels, [gelu(x)], at: "layer"),
    ]
    let patterns = values(try dropped(outputs)).map { $0.map { $0 == 0 } }
    #expect(Set(patterns).count == outputs.count)
  }

  @Test func stepsDiffer() throws {
    let graph = try dropped([depth(x)])
    #expect(values(graph, step: 1) != values(graph, step: 2))
    #expect(values(graph, step: 1) == values(graph, step: 1))
  }

  @Test func allMasksShareOneKey() throws {
    let graph = try dropped([depth(depth(x)), Tensor(Dropout(rate: 0.5), [x])])
    #expect(graph.inputs.map(\.name).sorted() == [DropAtRandom.keyName, "x"])
  }

  @Test func withoutARateNothingHappens() throws {
    let graph = try dropped([
      gelu(depth(x, rate: 0)), hardswish(Tensor(Dropout(rate: 0), [x])),
    ])
    #expect(graph.operationNames == ["activation", "activation"])
    #expect(graph.inputs.map(\.name) == ["x"])
  }

  @Test func whatDependsOnParametersOnlyIsDroppedToo() throws {
    var layers = LayerBuilder(seed: 1)
    let weight = layers.parameter([3, 4])
    let y = x + Tensor(Dropout(rate: 0.5), [weight], at: "codes")
    #expect(try dropped([y]).operationNames == ["add"])
    #expect(
      try dropped([y], variable: [weight.node.id]).operationNames
        == ["random_mask", "multiply", "add"])
  }

  @Test(
    arguments: [
      StochasticDepth(rate: 0.5), Dropout(rate: 0.5), Dropout(rate: 0.5, of: .channel),
    ] as [any EdgeGraph.Operation])
  func gradientsPassThroughTheMask(operation: any EdgeGraph.Operation) throws {
    let y = Tensor(operation, [x], at: "layer")
    let graph = try dropped([y.sum(to: [1])])
    let dx = try gradients(of: graph.outputs[0].tensor, withRespectTo: [x])[0]
    let derived = values(try Graph(outputs: [.init("dx", dx)]))[0]
    #expect(derived == values(try dropped([y]))[0])
  }

  @Test(arguments: [.element, .channel] as [Dropout.Unit])
  func dropoutRuns(unit: Dropout.Unit) throws {
    let graph = try dropped([Tensor(Dropout(rate: 0.5, of: unit), [x], at: "head")])
    let program = try Program(
      graph, options: RuntimeOptions(threads: 2), constants: ConstantStore())
    let key = RandomMask.key(seed: 1, step: 0)
    let output = program.run { index, input in
      let isKey = program.inputs[index] == DropAtRandom.keyName
      for position in 0..<input.count { input[position] = isKey ? key[position] : 1 }
    }
    #expect(output[0].doubles() == values(graph)[0])
  }
}
