import EdgeGraph

/// Turns linear maps and dense convolutions into matrix products, and draws the activation, layer
/// scale and residual sum that follow into them. Of what is left, a scale and shift takes its
/// activation, and scaled sums become a ``MultiplyAdd``.
enum FuseProducts {
  /// - Parameter variable: parameters that change between runs.
  static func apply(
    to graph: Graph, variable: Set<ObjectIdentifier> = []
  ) throws(GraphError) -> Graph {
    try Rewriter.rewrite(graph, variable: variable) { operation, inputs, path, rewriter in
      switch operation {
      case let linear as LinearMap:
        return Tensor(
          MatrixProduct(source: .rows, hasBias: linear.hasBias), inputs, at: path)
      case is LinearMapInputGradient:
        return Tensor(MatrixProduct(source: .transposedRows, hasBias: false), inputs, at: path)
      case let convolution as Convolution:
        return patches(convolution, inputs, path)
      case let gradient as ConvolutionWeightGradient:
        return padded(gradient, inputs, path)
      case let activation as Activation:
        return activated(inputs[0], activation.function, rewriter)
      case is Multiply:
        return scaled(inputs[0], by: inputs[1], rewriter)
      case is Add:
        return summed(inputs[1], inputs[0], rewriter) ?? summed(inputs[0], inputs[1], rewriter)
          ?? scaledSum(inputs[1], inputs[0], path, rewriter)
          ?? scaledSum(inputs[0], inputs[1], path, rewriter)
      default:
        return nil
      }
    }
  }

  /// A dense convolution is a product over patches of the padded image, or a sum of products where
  /// the taps lie apart.
  private static func patches(
    _ convolution: Convolution, _ inputs: [Tensor], _ path: String
  ) -> Tensor? {
    guard convolution.groups == 1 else { return nil }
    if convolution.dilation > 1 {
      return Tensor(TapProduct(convolution: convolution), inputs, at: path)
    }
    let x = padded(inputs[0], for: convolution, path)
    let product = MatrixProduct(
      source: .patches(stride: convolution.stride), hasBias: convolution.hasBias)
    return Tensor(product, [x] + inputs.dropFirst(), at: path)
  }

  /// The gradient of a dense convolution's weight is read off patches of the padded image too.
  private static func padded(
    _ gradient: ConvolutionWeightGradient, _ inputs: [Tensor], _ path: String
  ) -> Tensor? {
    let convolution = gradient.convolution
    guard convolution.groups == 1, convolution.dilation == 1, convolution.isPadded else {
      return nil
    }
    let unpadded = ConvolutionWeightGradient(
      stride: convolution.stride, padding: 0, groups: 1, kernelHeight: gradient.kernelHeight,
      kernelWidth: gradient.kernelWidth)
    return Tensor(unpadded, [inputs[0], padded(inputs[1], for: convolution, path)], at: path)
  }

  private static func padded(
    _ x: Tensor, for convolution: Convolution, _ path: String
  ) -> Tensor {
    guard convolution.isPadded else { return x }
    return Tensor(Pad(start: convolution.padding, end: convolution.endPadding), [x], at: path)
  }

  /// The product that made a tensor, if nothing else reads it.
  private static func product(_ tensor: Tensor, _ rewriter: Rewriter) -> MatrixProduct? {
    rewriter.isOnlyUse(tensor) ? tensor.node.operation as? MatrixProduct : nil
  }

  private static func activated(
    _ x: Tensor, _ activation: ActivationFunction, _ rewriter: Rewriter
  ) -> Tensor? {
    if rewriter.isOnlyUse(x), x.node.operation is ScaleShift {
      return Tensor(AffineActivation(activation: activation), x.node.inputs, at: x.node.path)
    }
    if rewriter.isOnlyUse(x), var taps = x.node.operation as? TapProduct, taps.activation == nil {
      taps.activation = activation
      return Tensor(taps, x.node.inputs, at: x.node.path)
    }
    guard var product = product(x, rewriter), product.activation == nil else { return nil }
    product.activation = activation
    product.activatesSum = product.hasScale || product.hasResidual
    return Tensor(product, x.node.inputs, at: x.node.path)
  }

  private static func scaled(_ x: Tensor, by scale: Tensor, _ rewriter: Rewriter) -> Tensor? {
    guard var product = product(x, rewriter), !product.hasScale, !product.hasResidual,
      scale.shape == [x.shape[-1]], case .parameter = scale.node.kind
    else { return nil }
    product.hasScale = true
    return Tensor(product, x.node.inputs + [scale], at: x.node.path)
  }

  private static func summed(_ x: Tensor, _ residual: Tensor, _ rewriter: Rewriter) -> Tensor? {
    guard var product = product(x, rewriter), !product.hasResidual, !product.activatesSum,
      residual.shape == x.shape
    else { return nil }
    product.hasResidual = true
    return Tensor(product, x.node.inputs + [residual], at: x.node.path)
  }

  /// A tensor times rows that repeat over it, and a term of its own shape, in one pass over memory.
  private static func scaledSum(
    _ product: Tensor, _ term: Tensor, _ path: String, _ rewriter: Rewriter
  ) -> Tensor? {
    guard rewriter.isOnlyUse(product), product.node.operation is Multiply,
      term.shape == product.shape
    else { return nil }
    let factor = product.node.inputs[1].shape
    guard factor.count < term.shape.count, MultiplyAdd.accepts(factor, over: term.shape) else {
      return nil
    }
    return Tensor(MultiplyAdd(), product.node.inputs + [term], at: path)
  }
}
