import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

@Suite struct InferenceTests {
  static let checks = [
    PassCheck(
      "encoder block",
      before: [
        "convolution", "layer_norm", "linear", "gelu", "linear", "multiply", "stochastic_depth",
        "add",
      ], after: ["convolution", "mlp_block"]
    ) { x, layers in
      let branch = layers.scaled(layers.mlp(layers.layerNorm(layers.depthwise(x)), hidden: 16))
      return [x + Tensor(StochasticDepth(rate: 0.1), [branch])]
    },
    PassCheck(
      "encoder block with batch norm",
      before: ["convolution", "batch_norm", "linear", "hardswish", "linear", "multiply", "add"],
      after: ["convolution", "mlp_block"]
    ) { x, layers in
      let normalized = layers.batchNorm(layers.depthwise(x, hasBias: false))
      let hidden = hardswish(layers.linear(normalized, to: 16))
      return [x + layers.scaled(layers.linear(hidden, to: 4))]
    },
    PassCheck(
      "head with batch norm", before: ["batch_norm", "spatial_mean", "linear"],
      after: ["spatial_mean", "matrix_product"]
    ) { [$1.linear($1.batchNorm($0).spatialMean(), to: 10)] },
  ]

  @Test(arguments: checks)
  func runsAllPasses(check: PassCheck) throws {
    try check.expect { try $0.forInference() }
  }
}
