import AllocationCounter
import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

/// Attention among tokens and what makes images larger and smaller, bound to planned memory:
/// contiguous and strided, split over threads; against their plain references and against PyTorch.
@Suite struct AttentionBindingTests {
  typealias Case = BindingCase

  /// Channels 3 to 8 of 12: rows that are not contiguous.
  private static func slice(_ x: Tensor) -> Tensor { x.split(widths: [3, 6, 3])[1] }

  static let attention = [
    Case(SoftmaxAttention(heads: 1), [[2, 14, 14, 27]]),
    Case(SoftmaxAttention(heads: 4), [[1, 7, 7, 144]]),
    Case(SoftmaxAttention(heads: 2), [[3, 40, 36]]),
    Case(SoftmaxAttention(heads: 2), [[3, 6]]),
    Case(SoftmaxAttention(heads: 2, patch: 2), [[2, 16, 12, 48]]),
    Case(SoftmaxAttention(heads: 1, patch: 3), [[1, 3, 6, 15]]),
    Case("attention of a view, into a concatenation", [[2, 4, 10, 12]]) {
      .concatenate([gelu($0[0]), Tensor(SoftmaxAttention(heads: 2, patch: 2), [slice($0[0])])])
    },
    Case(SoftmaxAttentionGradient(heads: 1), [[2, 14, 14, 9], [2, 14, 14, 27]]),
    Case(SoftmaxAttentionGradient(heads: 4), [[1, 7, 7, 48], [1, 7, 7, 144]]),
    Case(
      SoftmaxAttentionGradient(heads: 2, patch: 2), [[2, 16, 12, 16], [2, 16, 12, 48]]),
    Case("gradients of views, into a concatenation", [[2, 4, 10, 12], [2, 4, 10, 20]]) {
      let qkv = $0[1].split(widths: [1, 18, 1])[1]
      let gradient = SoftmaxAttentionGradient(heads: 2, patch: 2)
      return .concatenate([gelu($0[0]), Tensor(gradient, [slice($0[0]), qkv])])
    },
  ]

  static let sampling = [
    Case(Subsample(stride: 2), [[2, 9, 8, 12]]),
    Case(Subsample(stride: 4), [[1, 56, 56, 36]]),
    Case("sampling a view, into a concatenation", [[2, 9, 8, 12], [2, 3, 3, 2]]) {
      .concatenate([gelu($0[1]), Tensor(Subsample(stride: 3), [slice($0[0])])])
    },
    Case(SubsampleGradient(stride: 2, height: 9, width: 8), [[2, 5, 4, 12]]),
    Case(SubsampleGradient(stride: 4, height: 56, width: 53), [[1, 14, 14, 36]]),
    Case("sampling's gradient of a view, into a concatenation", [[2, 3, 3, 12], [2, 9, 8, 2]]) {
      let gradient = SubsampleGradient(stride: 3, height: 9, width: 8)
      return .concatenate([gelu($0[1]), Tensor(gradient, [slice($0[0])])])
    },
  ]

  static let growing = [
    Case(DepthwiseTransposedConvolution(stride: 2), [[2, 7, 6, 12], [12, 1, 2, 2], [12]]),
    Case(DepthwiseTransposedConvolution(stride: 4), [[1, 14, 14, 36], [36, 1, 4, 4], [36]]),
    Case("growing by a constant weight", [[2, 7, 6, 3]]) {
      let weight = TensorData((0..<12).map { Float($0) / 8 - 1 }, shape: [3, 1, 2, 2])
      let bias = TensorData([0.5, -1, 2], shape: [3])
      return Tensor(
        DepthwiseTransposedConvolution(stride: 2), [$0[0], .constant(weight), .constant(bias)])
    },
    Case(
      "growing a view, into a concatenation",
      [[2, 3, 2, 12], [6, 1, 3, 3], [6], [2, 9, 6, 2]]
    ) {
      let y = Tensor(DepthwiseTransposedConvolution(stride: 3), [slice($0[0]), $0[1], $0[2]])
      return .concatenate([gelu($0[3]), y])
    },
    Case(BilinearResize(height: 8, width: 10), [[2, 7, 9, 12]]),
    Case(BilinearResize(height: 64, width: 64), [[1, 4, 4, 33]]),
    Case(BilinearResize(height: 3, width: 2), [[2, 7, 9, 5]]),
    Case("resizing a view, into a concatenation", [[2, 3, 2, 12], [2, 4, 6, 2]]) {
      .concatenate([gelu($0[1]), Tensor(BilinearResize(height: 4, width: 6), [slice($0[0])])])
    },
    Case(BilinearResizeGradient(height: 7, width: 9), [[2, 8, 10, 12]]),
    Case(BilinearResizeGradient(height: 4, width: 4), [[1, 64, 64, 33]]),
    Case(BilinearResizeGradient(height: 7, width: 9), [[2, 3, 2, 5]]),
    Case("resizing's gradient of a view, into a concatenation", [[2, 3, 2, 12], [2, 4, 6, 2]]) {
      let gradient = BilinearResizeGradient(height: 4, width: 6)
      return .concatenate([gelu($0[1]), Tensor(gradient, [slice($0[0])])])
    },
  ]

  @Test(arguments: attention + sampling + growing)
  func agreesWithTheReference(c: Case) throws {
    try c.expectReference()
  }

  @Test(arguments: try AttentionGolden.all())
  func agreesWithPyTorch(golden: AttentionGolden) throws {
    for isa in ISA.available {
      let program = try Program(
        golden.graph(), options: RuntimeOptions(isa: isa, threads: 2), constants: ConstantStore())
      let outputs = program.run { index, span in
        let values = golden.given[program.inputs[index]]?.values ?? []
        for position in span.indices { span[position] = Float(values[position]) }
      }
      for (output, expected) in zip(outputs, golden.expected) {
        // Sums of some products of numbers of at most 2, which float32 holds exactly.
        #expect(largestDifference(output.doubles(), expected.values) < 1e-5)
      }
    }
  }

  /// Other tests of the process allocate at the same time, so this one looks for a quiet moment.
  @Test(.enabled(if: allocation_counter_works() == 1))
  func aRunAllocatesNothing() throws {
    var layers = LayerBuilder(seed: 3)
    let x = Tensor.input("x", shape: [1, 8, 8, 12])
    let sampled = Tensor(Subsample(stride: 2), [x])
    let y = Tensor(SoftmaxAttention(heads: 2, patch: 2), [sampled])
    let weight = layers.parameter([4, 1, 2, 2])
    let grown = Tensor(
      DepthwiseTransposedConvolution(stride: 2), [y, weight, layers.parameter([4])])
    let resized = Tensor(BilinearResize(height: 5, width: 7), [grown])
    let gradient = Tensor(BilinearResizeGradient(height: 8, width: 8), [resized])
    let graph = try Graph(outputs: [.init("y", gradient)])
    let program = try Program(
      graph, options: RuntimeOptions(threads: 2), constants: ConstantStore())
    let workspace = program.makeWorkspace()
    workspace.run(threads: 2)
    let foundQuietRun = (0..<500).contains { _ in
      let before = allocation_count()
      workspace.run(threads: 2)
      return allocation_count() == before
    }
    #expect(foundQuietRun)
  }
}
