import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

@Suite struct FuseDepthwiseTests {
  private static let product = "depthwise_product"

  static let checks = [
    PassCheck("GELU", before: ["convolution", "activation"], after: [product]) {
      [gelu($1.depthwise($0))]
    },
    PassCheck("activation", before: ["convolution", "activation"], after: [product]) {
      [hardswish($1.depthwise($0, kernel: 5, hasBias: false))]
    },
    PassCheck("groups", before: ["convolution", "activation"], after: [product]) {
      [gelu($1.grouped($0, to: 8, kernel: 3, padding: 1, groups: 4))]
    },
    PassCheck(
      "dense", before: ["convolution", "activation"], after: ["convolution", "activation"]
    ) {
      [gelu($1.convolution($0, to: 3, kernel: 3))]
    },
    PassCheck("alone", before: ["convolution"], after: ["convolution"]) { [$1.depthwise($0)] },
    PassCheck(
      "second use", before: ["convolution", "activation", "add"],
      after: ["convolution", "activation", "add"]
    ) { x, layers in
      let y = layers.depthwise(x)
      return [gelu(y) + y]
    },
    PassCheck(
      "an output", before: ["convolution", "activation"], after: ["convolution", "activation"]
    ) {
      x, layers in
      let y = layers.depthwise(x)
      return [gelu(y), y]
    },
    PassCheck(
      "second activation", before: ["convolution", "activation", "activation"],
      after: [product, "activation"]
    ) { [hardswish(gelu($1.depthwise($0)))] },
  ]

  @Test(arguments: checks)
  func fusesAndKeepsTheValues(check: PassCheck) throws {
    try check.expect { try FuseDepthwise.apply(to: $0) }
  }
}
