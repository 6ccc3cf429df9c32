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
    PassCheck("GELU", before: ["linear", "activation"], after: [product]) {
      [gelu($1.linear($0, to: 3))]
    },
    PassCheck("hardswish", before: ["convolution", "activation"], after: [product]) {
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
    PassCheck("everything", before: ["linear", "activation", "multiply", "add"], after: [product]) {
      [$0 + $1.scaled(gelu($1.linear($0, to: 4, hasBias: false)))]
    },
    PassCheck("activated scale", before: ["linear", "multiply", "activation"], after: [product]) {
      [gelu($1.scaled($1.linear($0, to: 3)))]
    },
    PassCheck(
      "activated residual sum", before: ["convolution", "add", "activation"], after: [product]
    ) { [relu($0 + $1.convolution($0, to: 4, kernel: 1))] },
    PassCheck(
      "activated sum of everything", before: ["linear", "multiply", "add", "activation"],
      after: [product]
    ) { [silu($0 + $1.scaled($1.linear($0, to: 4, hasBias: false)))] },
    PassCheck("overlapping convolution", before: ["convolution"], after: [product]) {
      [$1.convolution($0, to: 3, kernel: 3)]
    },
    PassCheck(
      "padded convolution", before: ["convolution", "activation"], after: ["pad", product]
    ) { [gelu($1.convolution($0, to: 3, kernel: 3, stride: 2, padding: 1))] },
    PassCheck(
      "dilated convolution", before: ["convolution", "activation"], after: ["tap_product"]
    ) { [gelu($1.convolution($0, to: 3, kernel: 3, padding: 2, dilation: 2))] },
    PassCheck("padded at the end", before: ["convolution"], after: ["pad", product]) {
      [$1.convolution($0, to: 3, kernel: 2, endPadding: 1)]
    },
    PassCheck(
      "gradient of a padded convolution's weight", before: ["convolution_weight_gradient"],
      after: ["pad", "convolution_weight_gradient"]
    ) { x, layers in
      let operation = ConvolutionWeightGradient(
        stride: 2, padding: 1, groups: 1, kernelHeight: 3, kernelWidth: 3)
      return [Tensor(operation, [layers.parameter([2, 3, 3, 5]), x])]
    },
    PassCheck(
      "channel attention", before: ["activation", "spatial_mean", "reshape", "multiply", "add"],
      after: ["activation", "spatial_mean", "reshape", "multiply_add"]
    ) { x, _ in
      let h = gelu(x)
      return [x + h * Tensor(Reshape([2, 1, 1, 4]), [h.spatialMean()])]
    },
    PassCheck(
      "scale and shift", before: ["scale_shift", "activation"], after: ["affine_activation"]
    ) { [silu(Tensor(ScaleShift(), [$0, $1.parameter([4]), $1.parameter([4])]))] },
    PassCheck("scaled sum", before: ["multiply", "add"], after: ["multiply_add"]) {
      [$1.scaled($0) + $0]
    },
    PassCheck(
      "the later of two products takes the other as its residual",
      before: ["linear", "linear", "add"], after: [product, product]
    ) { [$1.linear($0, to: 3) + $1.linear($0, to: 3)] },
  ]

  static let notFused = [
    PassCheck(
      "depthwise", before: ["convolution", "activation"], after: ["convolution", "activation"]
    ) { [gelu($1.depthwise($0))] },
    PassCheck(
      "second use", before: ["linear", "activation", "add"], after: [product, "activation", "add"]
    ) { x, layers in
      let y = layers.linear(x, to: 3)
      return [gelu(y) + y]
    },
    PassCheck(
      "product is an output", before: ["linear", "activation"], after: [product, "activation"]
    ) { x, layers in
      let y = layers.linear(x, to: 3)
      return [gelu(y), y]
    },
    PassCheck("twice the product", before: ["linear", "add"], after: [product, "add"]) {
      x, layers in
      let y = layers.linear(x, to: 3)
      return [y + y]
    },
    PassCheck(
      "second activation", before: ["linear", "activation", "activation"],
      after: [product, "activation"]
    ) { [hardswish(gelu($1.linear($0, to: 3)))] },
    PassCheck(
      "second activation after the scale",
      before: ["linear", "activation", "multiply", "activation"], after: [product, "activation"]
    ) { [gelu($1.scaled(relu($1.linear($0, to: 3))))] },
    PassCheck(
      "residual after the last activation", before: ["linear", "multiply", "activation", "add"],
      after: [product, "add"]
    ) { [$0 + relu($1.scaled($1.linear($0, to: 4)))] },
    PassCheck(
      "scale after the last activation", before: ["linear", "add", "activation", "multiply"],
      after: [product, "multiply"]
    ) { [$1.scaled(relu($0 + $1.linear($0, to: 4)))] },
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
    PassCheck(
      "scale and shift are read twice", before: ["scale_shift", "activation", "add"],
      after: ["scale_shift", "activation", "add"]
    ) { x, layers in
      let y = Tensor(ScaleShift(), [x, layers.parameter([4]), layers.parameter([4])])
      return [y + silu(y)]
    },
    PassCheck("scaled by numbers", before: ["multiply", "add"], after: ["multiply", "add"]) {
      [$0 + $0 * $1.parameter([2, 1, 1, 1])]
    },
    PassCheck(
      "scaled by what is as large", before: ["multiply", "add"], after: ["multiply", "add"]
    ) { x, _ in [x + x * x] },
    PassCheck(
      "scaled tensor is read twice", before: ["multiply", "add", "add"],
      after: ["multiply", "add", "add"]
    ) { x, layers in
      let y = layers.scaled(x)
      return [x + y + y]
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
