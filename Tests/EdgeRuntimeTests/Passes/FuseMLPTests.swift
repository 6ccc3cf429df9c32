import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

/// Graphs of products, as ``FuseProducts`` leaves them.
@Suite struct FuseMLPTests {
  private static let (product, block) = ("matrix_product", "mlp_block")

  static let checks = [
    PassCheck("two products", before: [product, product], after: [block]) {
      [$1.mlp($0, hidden: 9)]
    },
    PassCheck("with the norm", before: ["layer_norm", product, product], after: [block]) {
      [$1.mlp($1.layerNorm($0), hidden: 9)]
    },
    PassCheck("scale and residual", before: ["layer_norm", product, product], after: [block]) {
      [$0 + $1.scaled($1.mlp($1.layerNorm($0), hidden: 9))]
    },
    PassCheck("scale alone", before: [product, product], after: [block]) {
      [$1.scaled($1.mlp($0, hidden: 9))]
    },
    PassCheck("residual alone", before: [product, product], after: [block]) {
      [$0 + $1.mlp($0, hidden: 9)]
    },
    PassCheck(
      "norm is read twice", before: ["layer_norm", product, product], after: ["layer_norm", block]
    ) { x, layers in
      let y = layers.layerNorm(x)
      return [y + layers.mlp(y, hidden: 9)]
    },
    PassCheck("hidden tensor is an output", before: [product, product], after: [product, product]) {
      x, layers in
      let y = gelu(layers.linear(x, to: 9))
      return [layers.linear(y, to: 4), y]
    },
    PassCheck("no activation", before: [product, product], after: [product, product]) {
      [$1.linear($1.linear($0, to: 9), to: 4)]
    },
    PassCheck("activation at the end", before: [product, product], after: [product, product]) {
      [gelu($1.mlp($0, hidden: 9))]
    },
    PassCheck("no bias", before: [product, product], after: [product, product]) {
      [$1.linear(gelu($1.linear($0, to: 9, hasBias: false)), to: 4)]
    },
    PassCheck("scaled hidden tensor", before: [product, product], after: [product, product]) {
      [$1.linear($1.scaled(gelu($1.linear($0, to: 9))), to: 4)]
    },
    PassCheck("patches first", before: [product, product], after: [product, product]) {
      [$1.linear(gelu($1.patches($0, to: 9, size: 2)), to: 4)]
    },
    PassCheck("chain of three", before: [product, product, product], after: [product, block]) {
      [$1.linear(gelu($1.mlp($0, hidden: 9)), to: 3)]
    },
  ]

  @Test(arguments: checks)
  func joinsAndKeepsTheValues(check: PassCheck) throws {
    let graph = try FuseProducts.apply(to: check.graph())
    #expect(graph.operationNames == check.before)
    let changed = try FuseMLP.apply(to: graph)
    #expect(changed.operationNames == check.after)
    var rng = SplitMix64(seed: 23)
    let x = Reference.random(check.input, in: -2...2, using: &rng)
    for (old, new) in zip(graph.evaluated(["x": x]), changed.evaluated(["x": x])) {
      // The same operations in the same order.
      #expect(largestDifference(old.values, new.values) == 0)
    }
  }
}
