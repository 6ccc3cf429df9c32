import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

@Suite struct LowerCircularTests {
  private static let circular = "circular_convolution"

  /// The derivative of a dense circular convolution along an axis of 5 x 6 pixels.
  private static func derivative(
    _ axis: CircularConvolution.Axis, taps: Int, ofWeight: Bool
  ) -> @Sendable (Tensor, inout LayerBuilder) -> [Tensor] {
    { dy, layers in
      let kernel = axis == .height ? [taps, 1] : [1, taps]
      if ofWeight {
        let gradient = CircularConvolutionWeightGradient(along: axis, groups: 1, taps: taps)
        return [Tensor(gradient, [layers.parameter([2, 5, 6, 3]), dy])]
      }
      let gradient = CircularConvolutionInputGradient(along: axis, groups: 1)
      return [Tensor(gradient, [dy, layers.parameter(Shape([4, 3] + kernel))])]
    }
  }

  static let checks = [
    PassCheck("height", before: [circular], after: ["wrap_pad", "convolution"]) {
      [$1.circular($0, along: .height, taps: 5, to: 3)]
    },
    PassCheck("width", before: [circular], after: ["wrap_pad", "convolution"]) {
      [$1.circular($0, along: .width, taps: 4, to: 3, hasBias: false)]
    },
    PassCheck("one tap", before: [circular], after: ["convolution"]) {
      [$1.circular($0, along: .width, taps: 1, to: 3)]
    },
    PassCheck("depthwise", before: [circular], after: [circular]) {
      [$1.circular($0, along: .width, taps: 6)]
    },
    PassCheck(
      "input, height", before: ["circular_convolution_input_gradient"],
      after: ["wrap_pad", "convolution"],
      record: derivative(.height, taps: 5, ofWeight: false)),
    PassCheck(
      "input, width", before: ["circular_convolution_input_gradient"],
      after: ["wrap_pad", "convolution"],
      record: derivative(.width, taps: 4, ofWeight: false)),
    PassCheck(
      "weight, height", before: ["circular_convolution_weight_gradient"],
      after: ["wrap_pad", "convolution_weight_gradient"],
      record: derivative(.height, taps: 3, ofWeight: true)),
    PassCheck(
      "weight, width", before: ["circular_convolution_weight_gradient"],
      after: ["wrap_pad", "convolution_weight_gradient"],
      record: derivative(.width, taps: 6, ofWeight: true)),
  ]

  @Test(arguments: checks)
  func lowersAndKeepsTheValues(check: PassCheck) throws {
    try check.expect { try LowerCircular.apply(to: $0) }
  }

  @Test func rowsAndColumnsGoOnAtTheOtherEnd() throws {
    let x = Reference(shape: [1, 2, 3, 1], values: [1, 2, 3, 4, 5, 6])
    let columns = WrapPad(axis: .width, before: 1, after: 2).reference([x])
    #expect(
      columns
        == Reference(shape: [1, 2, 6, 1], values: [3, 1, 2, 3, 1, 2, 6, 4, 5, 6, 4, 5]))
    let rows = WrapPad(axis: .height, before: 0, after: 1).reference([x])
    #expect(rows == Reference(shape: [1, 3, 3, 1], values: [1, 2, 3, 4, 5, 6, 1, 2, 3]))
    #expect(throws: ShapeError.extent(axis: 1, expected: "at least 3", found: [1, 2, 3, 1])) {
      try WrapPad(axis: .height, before: 3, after: 0).outputShape([[1, 2, 3, 1]])
    }
  }

  @Test func kernelsAreTransposedAndReversed() {
    let weight = Reference(shape: [2, 1, 1, 3], values: [1, 2, 3, 4, 5, 6])
    #expect(
      TransposedKernel().reference([weight])
        == Reference(shape: [1, 2, 1, 3], values: [3, 2, 1, 6, 5, 4]))
  }
}
