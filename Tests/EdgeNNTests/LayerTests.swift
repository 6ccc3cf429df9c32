import EdgeGraph
import EdgeNN
import TestSupport
import Testing

/// What each layer asks for and records.
@Suite struct LayerTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let input: Shape
    let parameters: [String: Shape]
    let operations: [String]
    let output: Shape
    let build: @Sendable (Scope) -> any Module
  }

  static let cases = [
    Case(
      testDescription: "Linear", input: [2, 3, 4],
      parameters: ["a.weight": [5, 4], "a.bias": [5]], operations: ["linear"], output: [2, 3, 5]
    ) { Linear($0 / "a", from: 4, to: 5) },
    Case(
      testDescription: "LayerNorm", input: [2, 3, 4],
      parameters: ["a.weight": [4], "a.bias": [4]], operations: ["layer_norm"], output: [2, 3, 4]
    ) { LayerNorm($0 / "a", channels: 4) },
    Case(
      testDescription: "BatchNorm", input: [2, 3, 4],
      parameters: [
        "a.weight": [4], "a.bias": [4], "a.running_mean": [4], "a.running_var": [4],
      ], operations: ["batch_norm"], output: [2, 3, 4]
    ) { BatchNorm($0 / "a", channels: 4) },
    Case(
      testDescription: "Conv2D", input: [1, 9, 8, 4],
      parameters: ["a.weight": [6, 4, 3, 3], "a.bias": [6]], operations: ["convolution"],
      output: [1, 4, 3, 6]
    ) { Conv2D($0 / "a", from: 4, to: 6, kernelSize: 3, stride: 2) },
    Case(
      testDescription: "Conv2D without bias", input: [1, 9, 8, 4],
      parameters: ["a.weight": [6, 4, 3, 3]], operations: ["convolution"], output: [1, 7, 6, 6]
    ) { Conv2D($0 / "a", from: 4, to: 6, kernelSize: 3, hasBias: false) },
    Case(
      testDescription: "DepthwiseConv2D", input: [1, 9, 8, 4],
      parameters: ["a.weight": [4, 1, 5, 5], "a.bias": [4]], operations: ["convolution"],
      output: [1, 9, 8, 4]
    ) { DepthwiseConv2D($0 / "a", channels: 4, kernelSize: 5) },
    Case(
      testDescription: "Conv2D at every place", input: [1, 9, 8, 4],
      parameters: ["a.weight": [6, 4, 2, 2], "a.bias": [6]], operations: ["convolution"],
      output: [1, 9, 8, 6]
    ) { Conv2D($0 / "a", from: 4, to: 6, kernelSize: 2, endPadding: 1) },
    Case(
      testDescription: "Conv2D with dilation", input: [1, 9, 8, 4],
      parameters: ["a.weight": [6, 4, 3, 3], "a.bias": [6]], operations: ["convolution"],
      output: [1, 5, 4, 6]
    ) { Conv2D($0 / "a", from: 4, to: 6, kernelSize: 3, dilation: 2) },
    Case(
      testDescription: "ConvNorm with dilation", input: [1, 9, 8, 4],
      parameters: [
        "a.weight": [6, 4, 3, 3], "a.norm.weight": [6], "a.norm.bias": [6],
        "a.norm.running_mean": [6], "a.norm.running_var": [6],
      ], operations: ["convolution", "batch_norm"], output: [1, 9, 8, 6]
    ) {
      ConvNorm(
        convolution: $0 / "a", norm: $0 / "a" / "norm", from: 4, to: 6, kernelSize: 3,
        dilation: 2)
    },
    Case(
      testDescription: "DepthwiseConv2D with dilation", input: [1, 9, 8, 4],
      parameters: ["a.weight": [4, 1, 3, 3], "a.bias": [4]], operations: ["convolution"],
      output: [1, 9, 8, 4]
    ) { DepthwiseConv2D($0 / "a", channels: 4, kernelSize: 3, dilation: 3) },
    Case(
      testDescription: "DepthwiseConvTranspose2D", input: [1, 3, 2, 4],
      parameters: ["a.weight": [4, 1, 4, 4], "a.bias": [4]],
      operations: ["depthwise_transposed_convolution"], output: [1, 12, 8, 4]
    ) { DepthwiseConvTranspose2D($0 / "a", channels: 4, stride: 4) },
    Case(
      testDescription: "CircularConv2D", input: [1, 9, 8, 4],
      parameters: ["a.weight": [4, 1, 7, 1], "a.bias": [4]],
      operations: ["circular_convolution"], output: [1, 9, 8, 4]
    ) { CircularConv2D($0 / "a", along: .height, from: 4, to: 4, taps: 7, groups: 4) },
    Case(
      testDescription: "CircularConv2D, dense, without bias", input: [1, 9, 8, 4],
      parameters: ["a.weight": [6, 4, 1, 8]], operations: ["circular_convolution"],
      output: [1, 9, 8, 6]
    ) { CircularConv2D($0 / "a", along: .width, from: 4, to: 6, taps: 8, hasBias: false) },
    Case(
      testDescription: "XCA", input: [2, 3, 3, 8],
      parameters: [
        "a.temperature": [2, 1, 1], "a.qkv.weight": [24, 8], "a.qkv.bias": [24],
        "a.proj.weight": [8, 8], "a.proj.bias": [8],
      ],
      operations: ["linear", "cross_covariance_attention", "linear"], output: [2, 3, 3, 8]
    ) { XCA($0 / "a", channels: 8, heads: 2) },
    Case(
      testDescription: "DropPath", input: [2, 3], parameters: [:],
      operations: ["stochastic_depth"], output: [2, 3]
    ) { DropPath($0 / "a", rate: 0.1) },
    Case(
      testDescription: "DropPath of rate 0", input: [2, 3], parameters: [:], operations: [],
      output: [2, 3]
    ) { DropPath($0 / "a", rate: 0) },
    Case(
      testDescription: "DropChannels", input: [2, 3, 3, 8], parameters: [:],
      operations: ["dropout"], output: [2, 3, 3, 8]
    ) { DropChannels($0 / "a", rate: 0.1) },
    Case(
      testDescription: "DropChannels of rate 0", input: [2, 3, 3, 8], parameters: [:],
      operations: [], output: [2, 3, 3, 8]
    ) { DropChannels($0 / "a", rate: 0) },
  ]

  @Test(arguments: cases)
  func parametersAndShapes(c: Case) throws {
    let module = try Scope.build(from: ShapesOnly(), c.build)
    let y = module(.input("x", shape: c.input))
    let graph = try Graph(outputs: [.init("y", y)])
    let parameters = graph.parameters.map { ($0.name, $0.shape) }
    #expect(Dictionary(uniqueKeysWithValues: parameters) == c.parameters)
    #expect(graph.operationNames == c.operations)
    #expect(y.shape == c.output)
    for node in graph.nodes where node.isOperation { #expect(node.path.hasPrefix("a")) }
  }

  /// The code is one image for the whole batch, and a constant.
  @Test func positionsAreAdded() throws {
    let source = SyntheticParameters(tag: "t")
    let positions = try Scope.build(from: source) { PositionCode($0 / "pos", channels: 4) }
    let graph = try Graph(
      outputs: [.init("y", positions.added(to: .input("x", shape: [2, 3, 5, 4])))])
    #expect(
      graph.parameters.map(\.name) == [
        "pos.token_projection.weight", "pos.token_projection.bias",
      ])
    #expect(graph.operationNames == ["add"])
    let x = Reference(shape: [2, 3, 5, 4], values: [Double](repeating: 0, count: 120))
    let y = graph.evaluated(["x": x])[0].values
    #expect(y[..<60] == y[60...])
    #expect(Set(y).count == 60)
  }

  @Test func aWrongRankIsReportedByTheNextOperation() throws {
    let positions = try Scope.build(from: ShapesOnly()) { PositionCode($0 / "pos", channels: 4) }
    let x = Tensor.input("x", shape: [2, 4])
    #expect(positions.added(to: x).node.id == x.node.id)
  }
}
