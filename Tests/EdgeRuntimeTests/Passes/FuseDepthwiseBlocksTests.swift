import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

@Suite struct FuseDepthwiseBlocksTests {
  private static let block = "depthwise_block"

  static let checks = [
    PassCheck(
      "inverted residual",
      before: ["linear", "activation", "convolution", "activation", "linear", "add"],
      after: [block]
    ) { x, layers in
      let deep = layers.depthwise(relu6(layers.linear(x, to: 8)))
      return [x + layers.linear(relu6(deep), to: 4)]
    },
    PassCheck("no expansion", before: ["convolution", "linear"], after: [block]) {
      [$1.linear($1.depthwise($0), to: 3)]
    },
    PassCheck(
      "expansion without a bias", before: ["linear", "convolution", "linear"],
      after: ["matrix_product", block]
    ) { x, layers in
      let wide = layers.linear(x, to: 6, hasBias: false)
      return [layers.linear(layers.depthwise(wide), to: 3)]
    },
    PassCheck(
      "second use", before: ["linear", "convolution", "linear"],
      after: ["matrix_product", block]
    ) { x, layers in
      let wide = layers.linear(x, to: 6)
      return [layers.linear(layers.depthwise(wide), to: 3), wide]
    },
    PassCheck(
      "groups of several", before: ["convolution", "linear"],
      after: ["convolution", "matrix_product"]
    ) { [$1.linear($1.grouped($0, to: 8, kernel: 3, padding: 1, groups: 4), to: 3)] },
  ]

  @Test(arguments: checks)
  func fusesAndKeepsTheValues(check: PassCheck) throws {
    try check.expect { graph in
      let products = try FuseProducts.apply(to: FuseDepthwise.apply(to: graph))
      return try FuseDepthwiseBlocks.apply(to: products, leastBytes: 0)
    }
  }

  /// A wide tensor that stays in the cache is left alone.
  @Test func smallImagesStayAsTheyAre() throws {
    let graph = try Self.checks[1].graph()
    let products = try FuseProducts.apply(to: graph)
    let names = try FuseDepthwiseBlocks.apply(to: products).operationNames
    #expect(names == ["convolution", "matrix_product"])
  }
}
