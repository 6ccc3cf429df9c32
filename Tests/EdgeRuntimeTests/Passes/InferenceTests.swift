import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

@Suite struct InferenceTests {
  static let checks = [
    PassCheck(
      "encoder block",
      before: [
        "convolution", "layer_norm", "linear", "activation", "linear", "multiply",
        "stochastic_depth", "add",
      ], after: ["convolution", "mlp_block"]
    ) { x, layers in
      let branch = layers.scaled(layers.mlp(layers.layerNorm(layers.depthwise(x)), hidden: 16))
      return [x + Tensor(StochasticDepth(rate: 0.1), [branch])]
    },
    PassCheck(
      "encoder block with batch norm",
      before: ["convolution", "batch_norm", "linear", "activation", "linear", "multiply", "add"],
      after: ["convolution", "mlp_block"]
    ) { x, layers in
      let normalized = layers.batchNorm(layers.depthwise(x, hasBias: false))
      let hidden = hardswish(layers.linear(normalized, to: 16))
      return [x + layers.scaled(layers.linear(hidden, to: 4))]
    },
    PassCheck(
      "feed-forward of 1x1 convolutions",
      before: ["batch_norm", "convolution", "activation", "convolution", "add"],
      after: ["mlp_block"]
    ) { x, layers in
      let hidden = hardswish(layers.convolution(layers.batchNorm(x), to: 9, kernel: 1))
      return [x + layers.convolution(hidden, to: 4, kernel: 1)]
    },
    PassCheck(
      "feed-forward with channel attention",
      before: [
        "batch_norm", "convolution", "activation", "convolution", "spatial_mean", "reshape",
        "convolution", "batch_norm", "activation", "convolution", "batch_norm", "activation",
        "multiply", "add",
      ],
      after: [
        "mlp_block", "spatial_mean", "reshape", "matrix_product", "matrix_product",
        "multiply_add",
      ]
    ) { x, layers in
      let hidden = hardswish(layers.convolution(layers.batchNorm(x), to: 9, kernel: 1))
      let h = layers.convolution(hidden, to: 4, kernel: 1)
      let mean = Tensor(Reshape([2, 1, 1, 4]), [h.spatialMean()])
      let squeezed = layers.convolution(mean, to: 2, kernel: 1, hasBias: false)
      let excited = layers.convolution(
        hardswish(layers.batchNorm(squeezed)), to: 4, kernel: 1, hasBias: false)
      return [x + h * hardsigmoid(layers.batchNorm(excited))]
    },
    PassCheck(
      "transformer's feed-forward",
      before: ["layer_norm", "linear", "activation", "linear", "add"], after: ["mlp_block"]
    ) { x, layers in
      let hidden = silu(layers.linear(layers.layerNorm(x), to: 9))
      return [x + layers.linear(hidden, to: 4)]
    },
    PassCheck(
      "1x1 convolutions with batch norm",
      before: [
        "convolution", "batch_norm", "activation", "convolution", "batch_norm", "add",
      ], after: ["mlp_block"]
    ) { x, layers in
      let wide = layers.convolution(x, to: 9, kernel: 1, hasBias: false)
      let narrow = layers.convolution(
        relu6(layers.batchNorm(wide)), to: 4, kernel: 1, hasBias: false)
      return [x + layers.batchNorm(narrow)]
    },
    PassCheck(
      "bottleneck",
      before: [
        "convolution", "batch_norm", "activation", "convolution", "batch_norm", "activation",
        "convolution", "batch_norm", "add", "activation",
      ],
      after: ["matrix_product", "pad", "matrix_product", "matrix_product"]
    ) { x, layers in
      var y = layers.convolution(x, to: 3, kernel: 1, hasBias: false)
      y = relu(layers.batchNorm(y))
      y = relu(layers.batchNorm(layers.convolution(y, to: 3, kernel: 3, padding: 1)))
      return [relu(layers.batchNorm(layers.convolution(y, to: 4, kernel: 1)) + x)]
    },
    PassCheck(
      "norm and activation before padding", before: ["batch_norm", "activation", "convolution"],
      after: ["affine_activation", "pad", "matrix_product"]
    ) { [$1.convolution(relu($1.batchNorm($0)), to: 3, kernel: 3, padding: 1)] },
    PassCheck(
      "inverted residual",
      before: [
        "convolution", "batch_norm", "activation", "convolution", "batch_norm", "activation",
        "convolution", "batch_norm", "add",
      ], after: ["matrix_product", "depthwise_product", "matrix_product"]
    ) { x, layers in
      let wide = layers.batchNorm(layers.convolution(x, to: 8, kernel: 1, hasBias: false))
      let deep = layers.batchNorm(layers.depthwise(hardswish(wide), hasBias: false))
      let narrow = layers.convolution(hardswish(deep), to: 4, kernel: 1, hasBias: false)
      return [x + layers.batchNorm(narrow)]
    },
    PassCheck(
      "MLP of pointwise convolutions behind circular ones",
      before: [
        "batch_norm", "circular_convolution", "circular_convolution", "batch_norm", "convolution",
        "activation", "convolution", "add",
      ], after: ["circular_convolution", "circular_convolution", "mlp_block"]
    ) { x, layers in
      let rows = layers.circular(
        layers.batchNorm(x), along: .height, taps: 5, hasBias: false)
      let mixed = layers.circular(rows, along: .width, taps: 6, hasBias: false)
      let wide = layers.convolution(layers.batchNorm(mixed), to: 8, kernel: 1)
      return [x + layers.convolution(hardswish(wide), to: 4, kernel: 1)]
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
