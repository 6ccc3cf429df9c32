import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

@Suite struct SubsampleFirstTests {
  private static func sampled(_ x: Tensor) -> Tensor { Tensor(Subsample(stride: 2), [x]) }

  static let moved = [
    PassCheck(
      "layer norm", before: ["layer_norm", "subsample"], after: ["subsample", "layer_norm"]
    ) {
      [sampled($1.layerNorm($0))]
    },
    PassCheck("linear", before: ["linear", "subsample"], after: ["subsample", "linear"]) {
      [sampled($1.linear($0, to: 3))]
    },
    PassCheck(
      "scale and shift", before: ["scale_shift", "subsample"], after: ["subsample", "scale_shift"]
    ) { [sampled(Tensor(ScaleShift(), [$0, $1.parameter([4]), $1.parameter([4])]))] },
    PassCheck(
      "several", before: ["linear", "layer_norm", "linear", "subsample"],
      after: ["subsample", "linear", "layer_norm", "linear"]
    ) { [sampled($1.linear($1.layerNorm($1.linear($0, to: 7)), to: 3))] },
    PassCheck(
      "up to a convolution", before: ["convolution", "layer_norm", "subsample"],
      after: ["convolution", "subsample", "layer_norm"]
    ) { [sampled($1.layerNorm($1.depthwise($0)))] },
  ]

  static let left = [
    PassCheck("alone", before: ["subsample"], after: ["subsample"]) { x, _ in [sampled(x)] },
    PassCheck(
      "behind a convolution", before: ["convolution", "subsample"],
      after: ["convolution", "subsample"]
    ) { [sampled($1.depthwise($0))] },
    PassCheck(
      "what is read twice", before: ["layer_norm", "subsample"],
      after: ["layer_norm", "subsample"]
    ) { x, layers in
      let y = layers.layerNorm(x)
      return [sampled(y), y]
    },
  ]

  @Test(arguments: moved + left)
  func movesAndKeepsTheValues(check: PassCheck) throws {
    try check.expect { try SubsampleFirst.apply(to: $0) }
  }

  /// EdgeViT's global attention.
  @Test func runsForInference() throws {
    let check = PassCheck(
      "attention among sampled pixels",
      before: [
        "layer_norm", "subsample", "linear", "softmax_attention",
        "depthwise_transposed_convolution", "layer_norm", "linear", "add",
      ],
      after: [
        "subsample", "layer_norm", "matrix_product", "softmax_attention",
        "depthwise_transposed_convolution", "layer_norm", "matrix_product",
      ], input: [2, 4, 6, 4]
    ) { x, layers in
      let qkv = layers.linear(Self.sampled(layers.layerNorm(x)), to: 12)
      let y = Tensor(SoftmaxAttention(heads: 2), [qkv])
      let weight = layers.parameter([4, 1, 2, 2])
      let grown = Tensor(
        DepthwiseTransposedConvolution(stride: 2), [y, weight, layers.parameter([4])])
      return [x + layers.linear(layers.layerNorm(grown), to: 4)]
    }
    try check.expect { try $0.forInference() }
  }

  /// Nor does training normalize pixels that are not sampled, or look for their gradients.
  @Test func trainingSamplesFirst() throws {
    var layers = LayerBuilder(seed: 3)
    let x = Tensor.input("x", shape: [2, 5, 6, 4])
    let y = Self.sampled(layers.layerNorm(layers.depthwise(x)))
    let recorded = try Graph(outputs: [.init("loss", (y * y).sum(to: [1]))])
    let parameters = recorded.nodes.filter { $0.parameter != nil }
    let derivatives = try gradients(
      of: recorded.outputs[0].tensor, withRespectTo: parameters.map { Tensor($0) })
    let plain = try Graph(
      outputs: zip(parameters, derivatives).map { Graph.Output($0.path, $1) })
    let graph = try TrainingGraph(recorded) { _ in true }.graph
    let norms = graph.nodes.filter { $0.operation is LayerNormalizationGradient }
    #expect(norms.map { $0.inputs[1].shape } == [[2, 3, 3, 4]])

    var rng = SplitMix64(seed: 5)
    let given = ["x": Reference.random(x.shape, using: &rng)]
    let expected = Dictionary(
      uniqueKeysWithValues: zip(plain.outputs.map(\.name), plain.evaluated(given)))
    let found = zip(graph.outputs.map(\.name), graph.evaluated(given)).filter { $0.0 != "loss" }
    #expect(found.count == expected.count)
    for (name, value) in found {
      #expect(largestDifference(value.values, expected[name]?.values ?? []) < 1e-12, "\(name)")
    }
  }
}
