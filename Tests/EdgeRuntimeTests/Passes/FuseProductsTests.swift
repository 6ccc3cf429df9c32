import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

@Suite struct FuseProductsTests {
  private static let product = "matrix_product"

  static let fused = [
    PassCheck("linear", before: ["linear"], after: [product]) { [$1.linear($0, to: 3)] },
    PassCheck("without bias", before: ["linear"], after: [product]) {
      [$1.linear($0, to: 3, hasBias: false)]
    },
    PassCheck("patches", before: ["convolution"], after: [product]) {
      [$1.patches($0, to: 3, size: 2)]
    },
    PassCheck("1x1 convolution", before: ["convolution"], after: [product]) {
      [$1.patches($0, to: 3, size: 1, hasBias: false)]
    },
    PassCheck("GELU", before: ["linear", "gelu"], after: [product]) {
      [gelu($1.linear($0, to: 3))]
    },
    PassCheck("hardswish", before: ["convolution", "hardswish"], after: [product]) {
      [hardswish($1.patches($0, to: 3, size: 2))]
    },
    PassCheck("layer scale", before: ["linear", "multiply"], after: [product]) {
      [$1.scaled($1.linear($0, to: 3))]
    },
    PassCheck("residual", before: ["linear", "add"], after: [product]) {
      [$0 + $1.linear($0, to: 4)]
    },
    PassCheck("residual as the second operand", before: ["linear", "add"], after: [product]) {
      [$1.linear($0, to: 4) + $0]
    },
    PassCheck("everything", before: ["linear", "gelu", "multiply", "add"], after: [product]) {
      [$0 + $1.scaled(gelu($1.linear($0, to: 4, hasBias: false)))]
    },
    PassCheck("overlapping convolution", before: ["convolution"], after: [product]) {
      [$1.convolution($0, to: 3, kernel: 3)]
    },
    PassCheck(
      "padded convolution", before: ["convolution", "gelu"], after: ["pad", product]
    ) { [gelu($1.convolution($0, to: 3, kernel: 3, stride: 2, padding: 1))] },
    PassCheck(
      "gradient of a padded convolution's weight", before: ["convolution_weight_gradient"],
      after: ["pad", "convolution_weight_gradient"]
    ) { x, layers in
      let operation = ConvolutionWeightGradient(
        stride: 2, padding: 1, groups: 1, kernelHeight: 3, kernelWidth: 3)
      return [Tensor(operation, [layers.parameter([2, 3, 3, 5]), x])]
    },
    PassCheck(
      "the later of two products takes the other as its residual",
      before: ["linear", "linear", "add"], after: [product, product]
    ) { [$1.linear($0, to: 3) + $1.linear($0, to: 3)] },
  ]

  static let notFused = [
    PassCheck("depthwise", before: ["convolution", "gelu"], after: ["convolution", "gelu"]) {
      [gelu($1.depthwise($0))]
    },
    PassCheck("second use", before: ["linear", "gelu", "add"], after: [product, "gelu", "add"]) {
      x, layers in
      let y = layers.linear(x, to: 3)
      return [gelu(y) + y]
    },
    PassCheck("product is an output", before: ["linear", "gelu"], after: [product, "gelu"]) {
      x, layers in
      let y = layers.linear(x, to: 3)
      return [gelu(y), y]
    },
    PassCheck("twice the product", before: ["linear", "add"], after: [product, "add"]) {
      x, layers in
      let y = layers.linear(x, to: 3)
      return [y + y]
    },
    PassCheck(
      "second activation", before: ["linear", "gelu", "hardswish"], after: [product, "hardswish"]
    ) { [hardswish(gelu($1.linear($0, to: 3)))] },
    PassCheck(
      "activation after the scale", before: ["linear", "multiply", "gelu"],
      after: [product, "gelu"]
    ) { [gelu($1.scaled($1.linear($0, to: 3)))] },
    PassCheck(
      "scale after the residual", before: ["linear", "add", "multiply"],
      after: [product, "multiply"]
    ) { [$1.scaled($0 + $1.linear($0, to: 4))] },
    PassCheck("second residual", before: ["linear", "add", "add"], after: [product, "add"]) {
      [$0 + ($0 + $1.linear($0, to: 4))]
    },
    PassCheck("computed scale", before: ["linear", "multiply"], after: [product, "multiply"]) {
      [$1.linear($0, to: 3) * ($1.parameter([3]) + $1.parameter([3]))]
    },
    PassCheck("repeated sum", before: ["linear", "add"], after: [product, "add"]) {
      [$1.linear($0, to: 3) + $1.parameter([3])]
    },
  ]

  @Test(arguments: fused + notFused)
  func fusesAndKeepsTheValues(check: PassCheck) throws {
    try check.expect { try FuseProducts.apply(to: $0) }
  }
}
