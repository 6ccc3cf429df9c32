import EdgeGraph
import Testing

@testable import EdgeRuntime

/// Derivatives of convolutions, and convolutions whose weights change between runs, on planned memory;
/// against their plain references.
@Suite struct ConvolutionGradientTests {
  typealias Case = BindingCase

  private static func toWeight(
    _ size: Int, stride: Int = 1, padding: Int = 0, endPadding: Int? = nil, groups: Int = 1,
    dilation: Int = 1, _ inputs: [Shape]
  ) -> Case {
    Case(
      ConvolutionWeightGradient(
        stride: stride, padding: padding, endPadding: endPadding, groups: groups,
        dilation: dilation, kernelHeight: size, kernelWidth: size),
      inputs)
  }

  static let weightGradients = [
    toWeight(4, stride: 4, [[2, 8, 9, 24], [2, 32, 36, 3]]),
    toWeight(2, stride: 2, [[3, 14, 14, 33], [3, 28, 28, 20]]),
    toWeight(2, stride: 2, [[3, 4, 3, 5], [3, 9, 7, 6]]),
    toWeight(1, stride: 2, [[2, 5, 4, 9], [2, 9, 8, 7]]),
    toWeight(3, padding: 1, [[2, 12, 11, 9], [2, 12, 11, 8]]),
    toWeight(3, stride: 2, padding: 1, [[2, 16, 15, 16], [2, 32, 30, 3]]),
    toWeight(5, stride: 2, padding: 2, [[3, 4, 4, 30], [3, 8, 7, 5]]),
    toWeight(3, padding: 1, groups: 20, [[3, 9, 8, 20], [3, 9, 8, 20]]),
    toWeight(7, padding: 3, groups: 33, [[2, 14, 14, 33], [2, 14, 14, 33]]),
    toWeight(5, stride: 2, padding: 2, groups: 18, [[2, 7, 6, 18], [2, 14, 11, 18]]),
    toWeight(9, padding: 4, groups: 5, [[1, 3, 4, 5], [1, 3, 4, 5]]),
    toWeight(3, padding: 1, [[2, 6, 6, 1], [2, 6, 6, 1]]),
    toWeight(3, padding: 1, groups: 20, [[3, 9, 8, 40], [3, 9, 8, 20]]),
    toWeight(1, groups: 17, [[3, 9, 8, 17], [3, 9, 8, 34]]),
    toWeight(3, stride: 2, padding: 1, groups: 9, [[2, 5, 4, 27], [2, 9, 8, 18]]),
    toWeight(2, endPadding: 1, [[2, 6, 5, 9], [2, 6, 5, 7]]),
    toWeight(2, endPadding: 1, groups: 9, [[2, 6, 5, 9], [2, 6, 5, 9]]),
    toWeight(3, padding: 2, dilation: 2, [[2, 14, 11, 33], [2, 14, 11, 20]]),
    toWeight(3, padding: 12, dilation: 12, [[3, 16, 16, 9], [3, 16, 16, 8]]),
    toWeight(3, padding: 7, dilation: 7, [[1, 6, 5, 4], [1, 6, 5, 3]]),
    toWeight(3, stride: 2, padding: 3, endPadding: 1, dilation: 2, [[2, 5, 4, 9], [2, 9, 7, 6]]),
    toWeight(3, padding: 2, groups: 20, dilation: 2, [[3, 9, 8, 20], [3, 9, 8, 20]]),
    toWeight(3, padding: 3, groups: 9, dilation: 3, [[2, 9, 8, 27], [2, 9, 8, 18]]),
    Case("dilated, of views", [[2, 6, 6, 12], [2, 6, 6, 12]]) {
      Tensor(
        ConvolutionWeightGradient(
          stride: 1, padding: 2, groups: 1, dilation: 2, kernelHeight: 3, kernelWidth: 3),
        $0.map(slice))
    },
    Case("of groups, of views", [[2, 6, 6, 24], [2, 6, 6, 12]]) {
      let dy = $0[0].split(widths: [3, 14, 7])[1]
      return Tensor(
        ConvolutionWeightGradient(
          stride: 1, padding: 1, groups: 7, kernelHeight: 3, kernelWidth: 3), [dy, slice($0[1])])
    },
    Case("dense, of a view of gradients", [[2, 6, 6, 12], [2, 12, 12, 5]]) {
      Tensor(
        ConvolutionWeightGradient(
          stride: 2, padding: 0, groups: 1, kernelHeight: 2, kernelWidth: 2),
        [slice($0[0]), $0[1]])
    },
    Case("depthwise, of views", [[2, 6, 6, 12], [2, 6, 6, 12]]) {
      Tensor(
        ConvolutionWeightGradient(
          stride: 1, padding: 1, groups: 7, kernelHeight: 3, kernelWidth: 3), $0.map(slice))
    },
  ]

  private static func toInput(
    _ height: Int, _ width: Int, stride: Int = 1, padding: Int = 0, endPadding: Int? = nil,
    groups: Int = 1, dilation: Int = 1, _ inputs: [Shape]
  ) -> Case {
    Case(
      ConvolutionInputGradient(
        stride: stride, padding: padding, endPadding: endPadding, groups: groups,
        dilation: dilation, height: height, width: width), inputs)
  }

  static let inputGradients = [
    toInput(32, 36, stride: 4, [[2, 8, 9, 24], [24, 3, 4, 4]]),
    toInput(28, 28, stride: 2, [[2, 14, 14, 33], [33, 20, 2, 2]]),
    toInput(9, 7, stride: 2, [[3, 4, 3, 5], [5, 6, 2, 2]]),
    toInput(9, 8, stride: 2, [[2, 5, 4, 9], [9, 7, 1, 1]]),
    toInput(12, 11, padding: 1, [[2, 12, 11, 9], [9, 8, 3, 3]]),
    toInput(32, 30, stride: 2, padding: 1, [[2, 16, 15, 16], [16, 3, 3, 3]]),
    toInput(8, 7, stride: 2, padding: 2, [[3, 4, 4, 30], [30, 5, 5, 5]]),
    toInput(6, 7, stride: 3, [[3, 2, 2, 4], [4, 5, 2, 3]]),
    toInput(9, 8, padding: 1, groups: 20, [[3, 9, 8, 20], [20, 1, 3, 3]]),
    toInput(14, 14, padding: 3, groups: 33, [[2, 14, 14, 33], [33, 1, 7, 7]]),
    toInput(8, 9, padding: 0, groups: 18, [[2, 4, 7, 18], [18, 1, 5, 3]]),
    toInput(4, 5, padding: 4, groups: 18, [[2, 10, 11, 18], [18, 1, 3, 3]]),
    toInput(14, 11, stride: 2, padding: 2, groups: 18, [[2, 7, 6, 18], [18, 1, 5, 5]]),
    toInput(6, 6, padding: 1, [[2, 6, 6, 1], [1, 1, 3, 3]]),
    toInput(9, 8, padding: 1, groups: 20, [[3, 9, 8, 40], [40, 1, 3, 3]]),
    toInput(9, 8, groups: 17, [[3, 9, 8, 17], [17, 2, 1, 1]]),
    toInput(9, 8, stride: 2, padding: 1, groups: 9, [[2, 5, 4, 27], [27, 2, 3, 3]]),
    toInput(9, 8, stride: 2, groups: 9, [[2, 5, 4, 27], [27, 2, 1, 1]]),
    toInput(4, 5, padding: 4, groups: 6, [[2, 10, 11, 18], [18, 2, 3, 3]]),
    toInput(6, 5, endPadding: 1, [[2, 6, 5, 9], [9, 7, 2, 2]]),
    toInput(6, 5, endPadding: 1, groups: 9, [[2, 6, 5, 9], [9, 1, 2, 2]]),
    toInput(14, 11, padding: 2, dilation: 2, [[2, 14, 11, 33], [33, 20, 3, 3]]),
    toInput(16, 16, padding: 12, dilation: 12, [[3, 16, 16, 9], [9, 8, 3, 3]]),
    toInput(6, 5, padding: 7, dilation: 7, [[1, 6, 5, 4], [4, 3, 3, 3]]),
    toInput(
      9, 7, stride: 2, padding: 3, endPadding: 1, dilation: 2, [[2, 5, 4, 9], [9, 6, 3, 3]]),
    toInput(9, 8, padding: 2, groups: 20, dilation: 2, [[3, 9, 8, 20], [20, 1, 3, 3]]),
    toInput(9, 8, padding: 3, groups: 9, dilation: 3, [[2, 9, 8, 27], [27, 2, 3, 3]]),
    toInput(9, 8, stride: 2, padding: 3, groups: 9, dilation: 3, [[2, 5, 4, 27], [27, 2, 3, 3]]),
    Case("dilated, of a view, into a concatenation", [[2, 6, 6, 12], [7, 5, 3, 3]]) {
      let dx = Tensor(
        ConvolutionInputGradient(
          stride: 1, padding: 2, groups: 1, dilation: 2, height: 6, width: 6),
        [slice($0[0]), $0[1]])
      return .concatenate([gelu($0[0]), dx])
    },
    Case("of groups, of a view, into a concatenation", [[2, 6, 6, 24], [14, 1, 3, 3]]) {
      let dy = $0[0].split(widths: [3, 14, 7])[1]
      let dx = Tensor(
        ConvolutionInputGradient(stride: 1, padding: 1, groups: 7, height: 6, width: 6),
        [dy, $0[1]])
      return .concatenate([gelu($0[0]), dx])
    },
    Case("dense, of a view", [[2, 6, 6, 12], [7, 5, 2, 2]]) {
      Tensor(
        ConvolutionInputGradient(stride: 2, padding: 0, groups: 1, height: 13, width: 12),
        [slice($0[0]), $0[1]])
    },
    Case("depthwise, of a view, into a concatenation", [[2, 6, 6, 12], [7, 1, 3, 3]]) {
      let dx = Tensor(
        ConvolutionInputGradient(stride: 1, padding: 1, groups: 7, height: 6, width: 6),
        [slice($0[0]), $0[1]])
      return .concatenate([gelu($0[0]), dx])
    },
  ]

  static let convolutions = [
    Case(Convolution(stride: 4, hasBias: true), [[2, 16, 12, 3], [24, 3, 4, 4], [24]]),
    Case(Convolution(stride: 2, padding: 1, hasBias: false), [[2, 9, 8, 6], [33, 6, 3, 3]]),
    Case(Convolution(hasBias: true), [[2, 5, 4, 6], [9, 6, 1, 1], [9]]),
    Case(
      Convolution(padding: 3, groups: 20, hasBias: true), [[2, 9, 8, 20], [20, 1, 7, 7], [20]]),
    Case(
      Convolution(stride: 2, padding: 2, groups: 33, hasBias: false),
      [[2, 9, 8, 33], [33, 1, 5, 5]]),
    Case(
      Convolution(padding: 1, groups: 17, hasBias: true), [[2, 9, 8, 34], [51, 2, 3, 3], [51]]),
    Case(Convolution(groups: 6, hasBias: true), [[2, 9, 8, 12], [6, 2, 1, 1], [6]]),
    Case(Convolution(endPadding: 1, hasBias: true), [[2, 5, 4, 6], [9, 6, 2, 2], [9]]),
    Case(
      Convolution(padding: 6, dilation: 6, hasBias: true),
      [[2, 16, 15, 20], [40, 20, 3, 3], [40]]),
    Case(
      Convolution(padding: 4, groups: 20, dilation: 2, hasBias: false),
      [[2, 9, 17, 20], [20, 1, 5, 5]]),
  ]

  private static func circular(
    _ axis: CircularConvolution.Axis, _ x: Shape, taps: Int, to outputs: Int? = nil
  ) -> [Case] {
    let groups = outputs == nil ? x[3] : 1
    let (channels, y) = (outputs ?? x[3], x.replacing(axis: 3, with: outputs ?? x[3]))
    let kernel = axis == .height ? [taps, 1] : [1, taps]
    let weight = Shape([channels, x[3] / groups] + kernel)
    return [
      Case(
        CircularConvolution(along: axis, groups: groups, hasBias: true), [x, weight, [channels]]),
      Case(CircularConvolutionInputGradient(along: axis, groups: groups), [y, weight]),
      Case(
        CircularConvolutionWeightGradient(along: axis, groups: groups, taps: taps), [y, x]),
    ]
  }

  private static let circularShapes: [[Case]] = [
    circular(.height, [2, 7, 5, 20], taps: 7),
    circular(.width, [2, 5, 7, 20], taps: 7),
    circular(.height, [3, 12, 4, 33], taps: 12),
    circular(.width, [3, 4, 16, 33], taps: 9),
    circular(.width, [2, 3, 5, 6], taps: 2),
    circular(.height, [2, 6, 5, 9], taps: 6, to: 20),
    circular(.width, [2, 5, 8, 20], taps: 5, to: 7),
    circular(.width, [2, 5, 8, 3], taps: 1, to: 2),
  ]

  private static let circularViews = [
    Case("circular taps, of views", [[2, 6, 6, 12], [2, 6, 6, 12]]) {
      Tensor(
        CircularConvolutionWeightGradient(along: .height, groups: 7, taps: 6), $0.map(slice))
    },
    Case("dense circular taps, of views", [[2, 6, 6, 12], [2, 6, 6, 12]]) {
      Tensor(
        CircularConvolutionWeightGradient(along: .width, groups: 1, taps: 6), $0.map(slice))
    },
    Case("circular, of a view, into a concatenation", [[2, 6, 10, 12], [7, 1, 1, 10]]) {
      let dx = Tensor(
        CircularConvolutionInputGradient(along: .width, groups: 7), [slice($0[0]), $0[1]])
      return .concatenate([gelu($0[0]), dx])
    },
  ]

  static let circulars = circularShapes.flatMap { $0 } + circularViews

  @Test(
    arguments: [weightGradients, inputGradients, convolutions, circulars].flatMap { $0 })
  func agreesWithTheReference(c: Case) throws {
    try c.expectReference()
  }
}
