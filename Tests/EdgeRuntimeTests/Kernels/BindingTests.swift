import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

/// Every operation of the runtime bound to planned memory: contiguous, strided, repeated, in place,
/// split over threads; against its plain reference.
@Suite struct BindingTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var input: Shape = [2, 9, 8, 12]
    let record: @Sendable (Tensor, inout LayerBuilder) -> Tensor

    init(
      _ name: String, input: Shape = [2, 9, 8, 12],
      record: @escaping @Sendable (Tensor, inout LayerBuilder) -> Tensor
    ) {
      testDescription = name
      self.input = input
      self.record = record
    }
  }

  /// Channels 3 to 9 of 12: rows that are not contiguous.
  private static func slice(_ x: Tensor) -> Tensor { x.split(widths: [3, 7, 2])[1] }

  static let elementwise = [
    Case("sum") { x, _ in x + gelu(x) },
    Case("sum with itself") { x, _ in gelu(x) + gelu(x) },
    Case("sum of views") { x, _ in slice(x) + slice(gelu(x)) },
    Case("sum with a row") { $0 + $1.parameter([12]) },
    Case("sum with one image for all") { $0 + $1.parameter([1, 9, 8, 12]) },
    Case("sum with one image, without its batch axis") { $0 + $1.parameter([9, 8, 12]) },
    Case("sum with a row of an image") { $0 + $1.parameter([8, 12]) },
    Case("sum with a computed image", input: [2, 3, 3, 4]) { x, layers in
      x + Tensor(FourierPositions(height: 3, width: 3, channels: 2), [])
    },
    Case("constant first") { x, layers in layers.parameter([2, 9, 8, 12]) + x },
    Case("product") { x, _ in x * hardswish(x) },
    Case("product with a row") { gelu($0) * $1.parameter([12]) },
    Case("product of a view with a row") { slice($0) * $1.parameter([7]) },
    Case("GELU of a view") { x, _ in gelu(slice(x)) },
    Case("hardswish of a view") { x, _ in hardswish(slice(x)) },
    Case("scale and shift") { gelu($1.batchNorm($0)) },
    Case("scale and shift of a view") { gelu($1.batchNorm(slice($0))) },
    Case("concatenation") { x, _ in .concatenate([x, gelu(x), slice(x), hardswish(slice(x))]) },
  ]

  static let reducing = [
    Case("layer norm") { $1.layerNorm($0) },
    Case("layer norm of a view") { $1.layerNorm(slice($0)) },
    Case("layer norm in place") { $1.layerNorm(gelu($0)) },
    Case("mean") { x, _ in x.spatialMean() },
    Case("mean of a view") { x, _ in slice(x).spatialMean() },
    Case("attention") { x, layers in
      Tensor(CrossCovarianceAttention(heads: 2), [x, layers.parameter([2, 1, 1])])
    },
    Case("attention of a view", input: [3, 40, 16]) { x, layers in
      let view = x.split(widths: [2, 12, 2])[1]
      return Tensor(CrossCovarianceAttention(heads: 4), [view, layers.parameter([4, 1, 1])])
    },
  ]

  static let products = [
    Case("linear") { $1.linear($0, to: 33) },
    Case("linear of a view") { $1.linear(slice($0), to: 5, hasBias: false) },
    Case("linear with everything") { $0 + $1.scaled(gelu($1.linear($0, to: 12))) },
    Case("linear with a view as its residual") { slice($0) + $1.linear($0, to: 7) },
    Case("linear with a constant residual") {
      $1.parameter([2, 9, 8, 5]) + $1.linear($0, to: 5)
    },
    Case("linear into a concatenation") { .concatenate([gelu($0), $1.linear($0, to: 5)]) },
    Case("patches that don't fill the image") { $1.patches($0, to: 5, size: 4) },
    Case("patches with everything") { x, layers in
      let y = layers.patches(x, to: 5, size: 2)
      return gelu(y) + layers.scaled(hardswish(layers.patches(x, to: 5, size: 2, hasBias: false)))
    },
    Case("1x1 patches") { $1.patches($0, to: 20, size: 1) },
    Case("overlapping patches") { $1.convolution($0, to: 7, kernel: 3) },
    Case("padded convolution") { gelu($1.convolution($0, to: 7, kernel: 3, padding: 1)) },
    Case("padded convolution with steps", input: [2, 9, 7, 3]) {
      $1.convolution($0, to: 33, kernel: 5, stride: 2, padding: 2)
    },
    Case("padded convolution of a view") {
      $1.convolution(slice($0), to: 5, kernel: 3, stride: 2, padding: 1)
    },
    Case("MLP of many tiles", input: [2, 64, 40, 8]) { x, layers in
      x + layers.scaled(layers.mlp(layers.layerNorm(x), hidden: 40))
    },
    Case("MLP of a view with another residual") { x, layers in
      slice(gelu(x)) + layers.mlp(slice(x), hidden: 20)
    },
    Case("MLP of one row", input: [1, 12]) { $1.mlp($1.layerNorm($0), hidden: 200) },
  ]

  static let depthwise = [
    Case("depthwise 3x3") { $1.depthwise($0) },
    Case("depthwise 9x9, larger than the image", input: [2, 3, 4, 5]) {
      $1.depthwise($0, kernel: 9, hasBias: false)
    },
    Case("depthwise of a view") { $1.depthwise(slice($0), kernel: 5) },
    Case("depthwise into a concatenation") { .concatenate([$1.depthwise($0), gelu($0)]) },
    Case("depthwise with steps") { x, layers in
      let inputs = [x, layers.parameter([12, 1, 4, 3]), layers.parameter([12])]
      return Tensor(Convolution(stride: 2, padding: 1, groups: 12, hasBias: true), inputs)
    },
  ]

  @Test(arguments: elementwise + reducing + products + depthwise)
  func agreesWithTheReference(c: Case) throws {
    var layers = LayerBuilder(seed: 31)
    let y = c.record(.input("x", shape: c.input), &layers)
    let graph = try Graph(outputs: [.init("y", y)])
    var rng = SplitMix64(seed: 37)
    let x = Reference.random(c.input, in: -2...2, using: &rng)
    let expected = graph.evaluated(["x": x])[0]
    for isa in ISA.available {
      for threads in [1, 3] {
        let program = try Program(
          graph, options: RuntimeOptions(isa: isa, threads: threads), constants: ConstantStore())
        let output = program.run(x.values.map { Float($0) })[0]
        #expect(output.shape == expected.shape)
        // Sums of at most 200 terms of a few units.
        let difference = largestDifference(output.doubles(), expected.values)
        #expect(difference < 2e-5, "\(isa), \(threads) threads")
      }
    }
  }
}
