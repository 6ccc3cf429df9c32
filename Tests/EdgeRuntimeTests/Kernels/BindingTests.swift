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
    Case("sum of all activations") { x, _ in
      ActivationFunction.allCases.reduce(x) { $0 + Tensor(Activation($1), [x]) }
    },
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
    Case("softmax") { x, _ in softmax(x) },
    Case("softmax of a view") { x, _ in softmax(slice(x)) },
    Case("softmax in place") { x, _ in softmax(gelu(x)) },
    Case("places of the largest") { x, _ in x.argMax() },
    Case("places of the largest of a view") { x, _ in slice(x).argMax() },
    Case("max pool") { x, _ in x.maxPool(kernelSize: 3, stride: 2, padding: 1) },
    Case("max pool of a view") { x, _ in slice(x).maxPool(kernelSize: 2, stride: 1) },
    Case("max pool into a concatenation") { x, _ in
      .concatenate([gelu(x), x.maxPool(kernelSize: 3, stride: 1, padding: 1)])
    },
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
    Case("activated residual sum") { relu($0 + $1.scaled($1.linear($0, to: 12))) },
    Case("activated residual sum of patches", input: [2, 9, 8, 7]) {
      silu($0 + $1.convolution($0, to: 7, kernel: 3, padding: 1))
    },
    Case("linear with SiLU") { silu($1.linear($0, to: 12)) },
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
    Case("convolution of patches at every place") {
      $1.convolution($0, to: 5, kernel: 2, endPadding: 1)
    },
    Case("dilated convolution", input: [2, 13, 12, 20]) {
      gelu($1.convolution($0, to: 40, kernel: 3, padding: 2, dilation: 2))
    },
    Case("dilated beyond the image", input: [2, 7, 6, 9]) {
      $1.convolution($0, to: 33, kernel: 3, padding: 18, dilation: 18, hasBias: false)
    },
    Case("dilated with steps, of a view") {
      $1.convolution(slice($0), to: 5, kernel: 3, stride: 2, padding: 3, endPadding: 2, dilation: 2)
    },
    Case("dilated into a concatenation") {
      .concatenate([gelu($0), relu($1.convolution($0, to: 5, kernel: 3, padding: 3, dilation: 3))])
    },
    Case("MLP of many tiles", input: [2, 64, 40, 8]) { x, layers in
      x + layers.scaled(layers.mlp(layers.layerNorm(x), hidden: 40))
    },
    Case("MLP of a view with another residual") { x, layers in
      slice(gelu(x)) + layers.mlp(slice(x), hidden: 20)
    },
    Case("MLP of one row", input: [1, 12]) { $1.mlp($1.layerNorm($0), hidden: 200) },
    Case("MLP with SiLU") {
      $0 + $1.linear(silu($1.linear($1.layerNorm($0), to: 20)), to: 12)
    },
  ]

  static let depthwise = [
    Case("depthwise 3x3") { $1.depthwise($0) },
    Case("depthwise 9x9, larger than the image", input: [2, 3, 4, 5]) {
      $1.depthwise($0, kernel: 9, hasBias: false)
    },
    Case("depthwise of a view") { $1.depthwise(slice($0), kernel: 5) },
    Case("depthwise with dilation", input: [2, 9, 17, 36]) { $1.depthwise($0, dilation: 2) },
    Case("depthwise with wide dilation") { relu($1.depthwise($0, kernel: 5, dilation: 4)) },
    Case("depthwise at every place") { x, layers in
      let inputs = [x, layers.parameter([12, 1, 2, 2])]
      return Tensor(Convolution(endPadding: 1, groups: 12, hasBias: false), inputs)
    },
    Case("depthwise into a concatenation") { .concatenate([$1.depthwise($0), gelu($0)]) },
    Case("depthwise with steps") { x, layers in
      let inputs = [x, layers.parameter([12, 1, 4, 3]), layers.parameter([12])]
      return Tensor(Convolution(stride: 2, padding: 1, groups: 12, hasBias: true), inputs)
    },
  ]

  static let grouped = [
    Case("two outputs a group") { $1.grouped($0, to: 24, kernel: 3, padding: 1, groups: 12) },
    Case("two inputs a group") { $1.grouped($0, to: 6, kernel: 1, groups: 6) },
    Case("two inputs, three outputs", input: [2, 9, 8, 34]) {
      $1.grouped($0, to: 51, kernel: 3, padding: 1, groups: 17, hasBias: false)
    },
    Case("three inputs, two outputs, with steps", input: [2, 9, 7, 60]) {
      $1.grouped($0, to: 40, kernel: 3, stride: 2, padding: 1, groups: 20)
    },
    Case("groups of a view, activated") {
      gelu($1.grouped(slice($0), to: 14, kernel: 3, padding: 1, groups: 7))
    },
    Case("groups into a concatenation") {
      .concatenate([$1.grouped($0, to: 4, kernel: 1, groups: 4), hardswish($0)])
    },
    Case("depthwise, activated") { hardswish($1.depthwise($0)) },
    Case("bands of groups", input: [1, 40, 40, 64]) {
      $1.grouped($0, to: 96, kernel: 3, padding: 1, groups: 32)
    },
  ]

  static let circular = [
    Case("circular along the height") { $1.circular($0, along: .height, taps: 9) },
    Case("circular along the width") { $1.circular($0, along: .width, taps: 8) },
    Case("few taps") { $1.circular($0, along: .width, taps: 3, hasBias: false) },
    Case("circular by halves", input: [3, 12, 10, 20]) {
      $1.circular($1.circular($0, along: .height, taps: 12), along: .width, taps: 10)
    },
    Case("halves of the channels along both axes", input: [2, 14, 14, 40]) { x, layers in
      let parts = x.split(widths: [20, 20])
      return .concatenate([
        layers.circular(parts[0], along: .height, taps: 14),
        layers.circular(parts[1], along: .width, taps: 14),
      ])
    },
    Case("dense along the height") { $1.circular($0, along: .height, taps: 9, to: 7) },
    Case("dense along the width, of a view") {
      $1.circular(slice($0), along: .width, taps: 5, to: 33, hasBias: false)
    },
    Case("dense of one tap") { $1.circular($0, along: .height, taps: 1, to: 5) },
    Case("resampled taps", input: [2, 6, 8, 12]) { x, layers in
      let weight = layers.parameter([12, 1, 9, 1]).resampled(axis: 2, to: 6)
      let codes = layers.parameter([1, 12, 9, 1]).positionImage(height: 6, width: 8)
      let operation = CircularConvolution(along: .height, groups: 12, hasBias: false)
      return Tensor(operation, [x + codes, weight])
    },
  ]

  @Test(arguments: [elementwise, reducing, products, depthwise, grouped, circular].flatMap { $0 })
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
