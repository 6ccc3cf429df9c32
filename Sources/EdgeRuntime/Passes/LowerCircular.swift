import EdgeGraph

/// Turns dense circular convolutions and their derivatives into convolutions of images that go on
/// at the other end, which become products over patches.
enum LowerCircular {
  /// - Parameter variable: parameters that change between runs.
  static func apply(
    to graph: Graph, variable: Set<ObjectIdentifier> = []
  ) throws(GraphError) -> Graph {
    try Rewriter.rewrite(graph, variable: variable) { operation, inputs, path, _ in
      switch operation {
      case let circular as CircularConvolution where circular.groups == 1:
        let x = wrapped(inputs[0], circular, after: circular.taps(inputs[1].shape) - 1, path)
        return Tensor(
          Convolution(hasBias: circular.hasBias), [x] + inputs.dropFirst(), at: path)
      case let gradient as CircularConvolutionInputGradient where gradient.groups == 1:
        let circular = gradient.convolution
        let dy = wrapped(inputs[0], circular, before: circular.taps(inputs[1].shape) - 1, path)
        let weight = Tensor(TransposedKernel(), [inputs[1]], at: path)
        return Tensor(Convolution(hasBias: false), [dy, weight], at: path)
      case let gradient as CircularConvolutionWeightGradient where gradient.groups == 1:
        let isColumn = gradient.axis == .height
        let plain = ConvolutionWeightGradient(
          stride: 1, padding: 0, groups: 1, kernelHeight: isColumn ? gradient.taps : 1,
          kernelWidth: isColumn ? 1 : gradient.taps)
        let x = wrapped(inputs[1], gradient.convolution, after: gradient.taps - 1, path)
        return Tensor(plain, [inputs[0], x], at: path)
      default:
        return nil
      }
    }
  }

  private static func wrapped(
    _ x: Tensor, _ circular: CircularConvolution, before: Int = 0, after: Int = 0, _ path: String
  ) -> Tensor {
    if before + after == 0 { return x }
    return Tensor(WrapPad(axis: circular.axis, before: before, after: after), [x], at: path)
  }
}
