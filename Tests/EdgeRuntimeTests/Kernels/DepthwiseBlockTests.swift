import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

/// Blocks over images of one band and of several, against the plain reference.
@Suite struct DepthwiseBlockTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let input: Shape
    let hidden: Int?
    let outputs, kernel, stride: Int
    var dilation = 1
    var testDescription: String {
      "\(input) by \(hidden ?? input[3]) to \(outputs), \(kernel)x\(kernel), "
        + "stride \(stride), dilation \(dilation)"
    }
    var hasResidual: Bool { stride == 1 && outputs == input[3] }

    /// Rows of 200 channels and 40 pixels come in bands of about a dozen.
    static let all = [
      Case(input: [1, 1, 1, 3], hidden: 5, outputs: 3, kernel: 3, stride: 1),
      Case(input: [2, 5, 7, 4], hidden: 24, outputs: 4, kernel: 3, stride: 1),
      Case(input: [2, 6, 9, 8], hidden: 17, outputs: 6, kernel: 5, stride: 2),
      Case(input: [3, 4, 5, 19], hidden: nil, outputs: 7, kernel: 3, stride: 2),
      Case(input: [1, 41, 40, 6], hidden: 200, outputs: 6, kernel: 3, stride: 1),
      Case(input: [2, 43, 40, 6], hidden: 200, outputs: 9, kernel: 5, stride: 2),
      Case(input: [1, 39, 40, 200], hidden: nil, outputs: 8, kernel: 3, stride: 1),
      Case(input: [2, 5, 7, 4], hidden: 24, outputs: 4, kernel: 3, stride: 1, dilation: 2),
      Case(input: [1, 41, 40, 6], hidden: 200, outputs: 6, kernel: 3, stride: 1, dilation: 2),
      Case(input: [1, 39, 40, 200], hidden: nil, outputs: 8, kernel: 5, stride: 2, dilation: 3),
    ]

    func graph() throws -> Graph {
      var layers = LayerBuilder(seed: 5)
      let x = Tensor.input("x", shape: input)
      let channels = hidden ?? input[3]
      var inputs = [x]
      if let hidden {
        inputs += [layers.parameter([hidden, input[3]]), layers.parameter([hidden])]
      }
      inputs += [
        layers.parameter([channels, 1, kernel, kernel]), layers.parameter([channels]),
        layers.parameter([outputs, channels]), layers.parameter([outputs]),
      ]
      if hasResidual { inputs.append(x) }
      let block = DepthwiseBlock(
        expansion: hidden == nil
          ? nil : MatrixProduct(source: .rows, hasBias: true, activation: .silu),
        middle: DepthwiseProduct(
          convolution: Convolution(
            stride: stride, padding: kernel / 2 * dilation, groups: channels,
            dilation: dilation, hasBias: true),
          activation: .relu6),
        projection: MatrixProduct(source: .rows, hasBias: true), hasResidual: hasResidual)
      return try Graph(outputs: [.init("y", Tensor(block, inputs, at: "block"))])
    }
  }

  @Test(arguments: ISA.available, Case.all)
  func agreesWithTheReference(isa: ISA, c: Case) throws {
    let graph = try c.graph()
    var rng = SplitMix64(seed: 29)
    let x = Reference.random(c.input, in: -1...1, using: &rng)
    let expected = graph.evaluated(["x": x])[0]
    let largest = expected.values.reduce(1) { max($0, abs($1)) }
    for threads in [1, 2, 3] {
      let program = try Program(
        graph, options: RuntimeOptions(isa: isa, threads: threads), constants: ConstantStore())
      let y = program.run(x.values.map { Float($0) })[0]
      #expect(y.shape == expected.shape)
      #expect(
        largestDifference(y.doubles(), expected.values) < 4e-6 * largest, "\(threads) threads")
    }
  }

  @Test func costsItsParts() throws {
    let c = Case(input: [2, 5, 7, 4], hidden: 24, outputs: 4, kernel: 3, stride: 1)
    #expect(try c.graph().cost.multiplyAdds == 70 * (4 * 24 + 24 * 9 + 24 * 4))
  }
}
