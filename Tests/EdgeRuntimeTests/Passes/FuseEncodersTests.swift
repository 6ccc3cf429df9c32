import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

/// Graphs as they are recorded, whose parameters change between runs.
@Suite struct FuseEncodersTests {
  private static let mlp = ["linear", "activation", "linear"]
  private static let block = "mlp_block"

  static let fused = [
    PassCheck("two maps", before: mlp, after: [block]) { [$1.mlp($0, hidden: 9)] },
    PassCheck("hardswish", before: ["linear", "activation", "linear"], after: [block]) {
      [$1.linear(hardswish($1.linear($0, to: 9)), to: 4)]
    },
    PassCheck("another width", before: mlp, after: [block]) {
      [$1.linear(gelu($1.linear($0, to: 9)), to: 7)]
    },
    PassCheck("with the norm", before: ["layer_norm"] + mlp, after: [block]) {
      [$1.mlp($1.layerNorm($0), hidden: 9)]
    },
    PassCheck("scale", before: mlp + ["multiply"], after: [block]) {
      [$1.scaled($1.mlp($0, hidden: 9))]
    },
    PassCheck("residual", before: mlp + ["add"], after: [block]) { [$0 + $1.mlp($0, hidden: 9)] },
    PassCheck("residual second", before: mlp + ["add"], after: [block]) {
      [$1.mlp($0, hidden: 9) + $0]
    },
    PassCheck(
      "everything", before: ["layer_norm"] + mlp + ["multiply", "add"], after: [block]
    ) {
      [$0 + $1.scaled($1.mlp($1.layerNorm($0), hidden: 9))]
    },
    PassCheck("two in a row", before: mlp + ["add"] + mlp + ["add"], after: [block, block]) {
      let y = $0 + $1.mlp($0, hidden: 9)
      return [y + $1.mlp(y, hidden: 5)]
    },
  ]

  static let partly = [
    PassCheck("the norm is read twice", before: ["layer_norm"] + mlp, after: ["layer_norm", block])
    {
      let y = $1.layerNorm($0)
      return [$1.mlp(y, hidden: 9), y]
    },
    PassCheck(
      "the map is read before its scale", before: mlp + ["multiply"], after: [block, "multiply"]
    ) {
      let y = $1.mlp($0, hidden: 9)
      return [$1.scaled(y), y]
    },
    PassCheck(
      "the sum is read before another", before: mlp + ["add", "add"], after: [block, "add"]
    ) {
      [($0 + $1.mlp($0, hidden: 9)) + $0]
    },
    PassCheck(
      "scaled after the sum", before: mlp + ["add", "multiply"], after: [block, "multiply"]
    ) {
      [$1.scaled($0 + $1.mlp($0, hidden: 9))]
    },
    PassCheck(
      "a number for each pixel", before: mlp + ["multiply"], after: [block, "multiply"]
    ) {
      [$1.mlp($0, hidden: 9) * $1.parameter([2, 5, 6, 1])]
    },
    PassCheck(
      "scaled by what was computed", before: mlp + ["activation", "multiply"],
      after: [block, "activation", "multiply"]
    ) {
      let y = $1.mlp($0, hidden: 9)
      return [y * gelu($0)]
    },
  ]

  static let kept = [
    PassCheck("the wide tensor is read twice", before: mlp, after: mlp) {
      let y = gelu($1.linear($0, to: 9))
      return [$1.linear(y, to: 4), y]
    },
    PassCheck("the tensor before the activation is read twice", before: mlp, after: mlp) {
      let y = $1.linear($0, to: 9)
      return [$1.linear(gelu(y), to: 4), y]
    },
    PassCheck("no first bias", before: mlp, after: mlp) {
      [$1.linear(gelu($1.linear($0, to: 9, hasBias: false)), to: 4)]
    },
    PassCheck("no second bias", before: mlp, after: mlp) {
      [$1.linear(gelu($1.linear($0, to: 9)), to: 4, hasBias: false)]
    },
    PassCheck("no activation", before: ["linear", "linear"], after: ["linear", "linear"]) {
      [$1.linear($1.linear($0, to: 9), to: 4)]
    },
  ]

  @Test(arguments: fused + partly + kept)
  func joinsAndKeepsTheValues(check: PassCheck) throws {
    try check.expect { graph in
      let parameters = Set(graph.nodes.filter { $0.parameter != nil }.map(\.id))
      return try FuseEncoders.apply(to: graph, variable: parameters)
    }
  }
}
