import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

@Suite struct MapPixelsTests {
  static let mapped = [
    PassCheck("with bias", before: ["convolution"], after: ["linear"]) {
      [$1.convolution($0, to: 3, kernel: 1)]
    },
    PassCheck("without bias", before: ["convolution"], after: ["linear"]) {
      [$1.convolution($0, to: 3, kernel: 1, hasBias: false)]
    },
    PassCheck(
      "two in a row", before: ["convolution", "activation", "convolution"],
      after: ["linear", "activation", "linear"]
    ) { [$1.convolution(silu($1.convolution($0, to: 9, kernel: 1)), to: 4, kernel: 1)] },
  ]

  static let kept = [
    PassCheck("steps", before: ["convolution"], after: ["convolution"]) {
      [$1.convolution($0, to: 3, kernel: 1, stride: 2)]
    },
    PassCheck("padding", before: ["convolution"], after: ["convolution"]) {
      [$1.convolution($0, to: 3, kernel: 1, padding: 1)]
    },
    PassCheck("larger kernel", before: ["convolution"], after: ["convolution"]) {
      [$1.convolution($0, to: 3, kernel: 2)]
    },
    PassCheck("depthwise", before: ["convolution"], after: ["convolution"]) {
      [$1.depthwise($0, kernel: 1)]
    },
  ]

  @Test(arguments: mapped + kept)
  func mapsAndKeepsTheValues(check: PassCheck) throws {
    try check.expect { try MapPixels.apply(to: $0) }
  }

  /// In training, too, gradients reach the convolution's own weight.
  @Test func weightsStayParameters() throws {
    var layers = LayerBuilder(seed: 3)
    let y = layers.convolution(.input("x", shape: [2, 5, 6, 4]), to: 3, kernel: 1)
    let graph = try Graph(outputs: [.init("y", y)])
    let mapped = try MapPixels.apply(to: graph)
    #expect(mapped.parameters.map(\.name) == graph.parameters.map(\.name))
    #expect(mapped.parameters.map(\.shape) == [[3, 4, 1, 1], [3]])
  }
}
