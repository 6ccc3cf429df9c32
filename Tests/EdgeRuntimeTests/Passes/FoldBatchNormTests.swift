import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

@Suite struct FoldBatchNormTests {
  /// Into what comes before: rows of the weight and the bias are scaled.
  static let intoTheProducer = [
    PassCheck("patches", before: ["convolution", "batch_norm"], after: ["convolution"]) {
      [$1.batchNorm($1.patches($0, to: 3, size: 2))]
    },
    PassCheck(
      "patches without bias", before: ["convolution", "batch_norm"], after: ["convolution"]
    ) { [$1.batchNorm($1.patches($0, to: 3, size: 2, hasBias: false))] },
    PassCheck("padded", before: ["convolution", "batch_norm"], after: ["convolution"]) {
      [$1.batchNorm($1.convolution($0, to: 3, kernel: 3, stride: 2, padding: 1))]
    },
    PassCheck("dilated", before: ["convolution", "batch_norm"], after: ["convolution"]) {
      [$1.batchNorm($1.convolution($0, to: 3, kernel: 3, padding: 2, dilation: 2))]
    },
    PassCheck("padded at the end", before: ["convolution", "batch_norm"], after: ["convolution"]) {
      [$1.batchNorm($1.convolution($0, to: 3, kernel: 2, endPadding: 1, hasBias: false))]
    },
    PassCheck("depthwise", before: ["convolution", "batch_norm"], after: ["convolution"]) {
      [$1.batchNorm($1.depthwise($0))]
    },
    PassCheck(
      "depthwise without bias", before: ["convolution", "batch_norm"], after: ["convolution"]
    ) { [$1.batchNorm($1.depthwise($0, kernel: 5, hasBias: false))] },
    PassCheck("groups", before: ["convolution", "batch_norm"], after: ["convolution"]) {
      [$1.batchNorm($1.grouped($0, to: 6, kernel: 3, padding: 1, groups: 2))]
    },
    PassCheck(
      "circular", before: ["circular_convolution", "batch_norm"], after: ["circular_convolution"]
    ) { [$1.batchNorm($1.circular($0, along: .height, taps: 5))] },
    PassCheck(
      "dense circular without bias", before: ["circular_convolution", "batch_norm"],
      after: ["circular_convolution"]
    ) { [$1.batchNorm($1.circular($0, along: .width, taps: 4, to: 3, hasBias: false))] },
    PassCheck(
      "all parts of a concatenation",
      before: ["slice", "circular_convolution", "slice", "linear", "concatenate", "batch_norm"],
      after: ["slice", "circular_convolution", "slice", "linear", "concatenate"]
    ) { x, layers in
      let parts = x.split(widths: [3, 1])
      return [
        layers.batchNorm(
          .concatenate([
            layers.circular(parts[0], along: .height, taps: 5), layers.linear(parts[1], to: 2),
          ]))
      ]
    },
    PassCheck("linear", before: ["linear", "batch_norm"], after: ["linear"]) {
      [$1.batchNorm($1.linear($0, to: 7))]
    },
    PassCheck("linear without bias", before: ["linear", "batch_norm"], after: ["linear"]) {
      [$1.batchNorm($1.linear($0, to: 7, hasBias: false))]
    },
    PassCheck(
      "between two products", before: ["convolution", "batch_norm", "linear"],
      after: ["convolution", "linear"]
    ) { [$1.linear($1.batchNorm($1.depthwise($0)), to: 3)] },
  ]

  /// Into what comes after: columns of the weight are scaled and the shift goes into the bias.
  static let intoTheConsumer = [
    PassCheck("linear", before: ["batch_norm", "linear"], after: ["linear"]) {
      [$1.linear($1.batchNorm($0), to: 3)]
    },
    PassCheck("linear without bias", before: ["batch_norm", "linear"], after: ["linear"]) {
      [$1.linear($1.batchNorm($0), to: 3, hasBias: false)]
    },
    PassCheck("patches", before: ["batch_norm", "convolution"], after: ["convolution"]) {
      [$1.patches($1.batchNorm($0), to: 3, size: 2)]
    },
    PassCheck(
      "patches without bias", before: ["batch_norm", "convolution"], after: ["convolution"]
    ) { [$1.patches($1.batchNorm($0), to: 3, size: 4, hasBias: false)] },
    PassCheck("overlapping", before: ["batch_norm", "convolution"], after: ["convolution"]) {
      [$1.convolution($1.batchNorm($0), to: 3, kernel: 3, stride: 2)]
    },
    PassCheck("groups", before: ["batch_norm", "convolution"], after: ["convolution"]) {
      [$1.grouped($1.batchNorm($0), to: 6, kernel: 1, groups: 2)]
    },
    PassCheck(
      "overlapping groups without bias", before: ["batch_norm", "convolution"],
      after: ["convolution"]
    ) { [$1.grouped($1.batchNorm($0), to: 8, kernel: 2, groups: 4, hasBias: false)] },
    PassCheck(
      "circular", before: ["batch_norm", "circular_convolution"], after: ["circular_convolution"]
    ) { [$1.circular($1.batchNorm($0), along: .width, taps: 6)] },
    PassCheck(
      "circular without bias, few taps", before: ["batch_norm", "circular_convolution"],
      after: ["circular_convolution"]
    ) { [$1.circular($1.batchNorm($0), along: .height, taps: 2, hasBias: false)] },
    PassCheck(
      "dense circular", before: ["batch_norm", "circular_convolution"],
      after: ["circular_convolution"]
    ) { [$1.circular($1.batchNorm($0), along: .height, taps: 5, to: 3)] },
    PassCheck(
      "circular with resampled taps", before: ["batch_norm", "circular_convolution"],
      after: ["circular_convolution"]
    ) { x, layers in
      let weight = layers.parameter([4, 1, 7, 1]).resampled(axis: 2, to: 5)
      let operation = CircularConvolution(along: .height, groups: 4, hasBias: false)
      return [Tensor(operation, [layers.batchNorm(x), weight])]
    },
    PassCheck(
      "through the mean", before: ["batch_norm", "spatial_mean", "linear"],
      after: ["spatial_mean", "linear"]
    ) { [$1.linear($1.batchNorm($0).spatialMean(), to: 3)] },
    PassCheck(
      "behind the mean", before: ["batch_norm", "spatial_mean"],
      after: ["spatial_mean", "scale_shift"]
    ) { [$1.batchNorm($0).spatialMean()] },
    PassCheck(
      "one of two norms", before: ["batch_norm", "batch_norm", "linear"],
      after: ["scale_shift", "linear"]
    ) { [$1.linear($1.batchNorm($1.batchNorm($0)), to: 3)] },
  ]

  /// Where no product takes it, one scale and shift is left.
  static let notFolded = [
    PassCheck("alone", before: ["batch_norm"], after: ["scale_shift"]) { [$1.batchNorm($0)] },
    PassCheck(
      "before an activation", before: ["batch_norm", "activation"],
      after: ["scale_shift", "activation"]
    ) { [gelu($1.batchNorm($0))] },
    PassCheck(
      "before padding", before: ["batch_norm", "convolution"],
      after: ["scale_shift", "convolution"]
    ) { [$1.convolution($1.batchNorm($0), to: 3, kernel: 3, padding: 1)] },
    PassCheck(
      "before a depthwise convolution", before: ["batch_norm", "convolution"],
      after: ["scale_shift", "convolution"]
    ) { [$1.depthwise($1.batchNorm($0))] },
    PassCheck(
      "behind a part that can't take it",
      before: ["linear", "activation", "concatenate", "batch_norm"],
      after: ["linear", "activation", "concatenate", "scale_shift"]
    ) { [$1.batchNorm(.concatenate([$1.linear($0, to: 2), gelu($0)]))] },
    PassCheck(
      "producer is read twice", before: ["linear", "batch_norm", "add"],
      after: ["linear", "scale_shift", "add"]
    ) { x, layers in
      let y = layers.linear(x, to: 3)
      return [layers.batchNorm(y) + y]
    },
    PassCheck(
      "producer is an output", before: ["linear", "batch_norm"], after: ["linear", "scale_shift"]
    ) { x, layers in
      let y = layers.linear(x, to: 3)
      return [y, layers.batchNorm(y)]
    },
    PassCheck(
      "norm is read twice", before: ["batch_norm", "linear", "add"],
      after: ["scale_shift", "linear", "add"]
    ) { x, layers in
      let y = layers.batchNorm(x)
      return [layers.linear(y, to: 4) + y]
    },
    PassCheck(
      "norm is an output", before: ["batch_norm", "spatial_mean"],
      after: ["scale_shift", "spatial_mean"]
    ) { x, layers in
      let y = layers.batchNorm(x)
      return [y, y.spatialMean()]
    },
  ]

  @Test(arguments: intoTheProducer + intoTheConsumer + notFolded)
  func foldsAndKeepsTheValues(check: PassCheck) throws {
    try check.expect { try FoldBatchNorm.apply(to: $0) }
  }

  /// What is folded is computed while planning: weights and biases are constants.
  @Test(arguments: intoTheProducer + intoTheConsumer)
  func foldedWeightsAreConstant(check: PassCheck) throws {
    let graph = try FoldBatchNorm.apply(to: check.graph())
    let constants = graph.constants
    for node in graph.nodes
    where !constants.contains(node.id) && node.isOperation && !(node.operation is Concatenate) {
      #expect(node.inputs.dropFirst().allSatisfy { constants.contains($0.node.id) })
    }
  }
}
