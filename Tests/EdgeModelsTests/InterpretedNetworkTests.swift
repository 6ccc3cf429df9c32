import EdgeGraph
import EdgeModels
import EdgeNN
import EdgeRuntime
import TestSupport
import Testing

/// Whole networks of a few channels, against the plain references in double precision.
@Suite struct InterpretedNetworkTests {
  /// Odd widths, uneven splits, several heads: few channels, but every kind of block.
  static let layerNorm = EdgeNeXt.Configuration(
    depths: [1, 2, 1, 2], channels: [6, 8, 10, 14], heads: 2)

  @Test(arguments: ISA.available, [false, true])
  func programsAgreeWithTheReferences(isa: ISA, usesBatchNorm: Bool) throws {
    let configuration =
      usesBatchNorm ? Self.layerNorm.withBatchNorm : Self.layerNorm
    let network = try Scope.build(from: SyntheticParameters(tag: "tiny")) { scope in
      EdgeNeXt(scope, configuration: configuration, options: NetworkConfiguration(classes: 5))
    }
    let shape: Shape = [2, 37, 66, 3]
    var rng = SplitMix64(seed: 9)
    let x = Reference.random(shape, in: -2...2, using: &rng)
    let graph = try network.graph(input: shape, features: true)
    let expected = graph.evaluated(["input": x])
    for threads in [1, 2, 3] {
      let executor = Executor<Shape>(options: RuntimeOptions(isa: isa, threads: threads)) { _ in
        graph
      }
      let outputs = try executor.program(for: shape).run(x.values.map { Float($0) })
      #expect(outputs.map(\.shape) == expected.map(\.shape))
      for (output, reference) in zip(outputs, expected) {
        // Values of a few units after some thirty operations in float32.
        #expect(largestDifference(output.doubles(), reference.values) < 1e-5)
      }
    }
  }
}
