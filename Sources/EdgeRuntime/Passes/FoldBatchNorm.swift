import EdgeGraph

/// Folds batch norm into the weights of the product or convolution before it, else of the product
/// after it; what is left becomes one scale and shift of the channels.
enum FoldBatchNorm {
  static func apply(to graph: Graph) throws(GraphError) -> Graph {
    try Rewriter.rewrite(graph) { operation, inputs, path, rewriter in
      if let norm = operation as? BatchNormalization {
        return folded(norm, inputs, path, rewriter)
      }
      guard let first = inputs.first, let affine = Affine(first, rewriter) else { return nil }
      switch operation {
      case let mean as SpatialMean:
        return affine.applied(to: Tensor(mean, [affine.x], at: path))
      case let linear as LinearMap:
        return affine.folded(into: linear, inputs, path)
      case let convolution as Convolution where !convolution.isPadded:
        return affine.folded(into: convolution, inputs, path)
      case let circular as CircularConvolution:
        return affine.folded(into: circular, inputs, path)
      default:
        return nil
      }
    }
  }

  /// Into the producer, whose rows of weights and biases are scaled, or as a scale and shift.
  private static func folded(
    _ norm: BatchNormalization, _ inputs: [Tensor], _ path: String, _ rewriter: Rewriter
  ) -> Tensor {
    let scale = Tensor(BatchNormScale(epsilon: norm.epsilon), [inputs[1], inputs[4]], at: path)
    let shift = Tensor(
      BatchNormShift(epsilon: norm.epsilon), Array(inputs.dropFirst()), at: path)
    return scaled(inputs[0], scale, shift, rewriter)
      ?? Tensor(ScaleShift(), [inputs[0], scale, shift], at: path)
  }

  /// A tensor that the norm alone reads, made anew with other weights; nil where that can't be. The
  /// parts of a concatenation take their shares of it.
  private static func scaled(
    _ x: Tensor, _ scale: Tensor, _ shift: Tensor, _ rewriter: Rewriter
  ) -> Tensor? {
    let producer = x.node
    guard rewriter.isOnlyUse(x), let operation = producer.operation else { return nil }
    if operation is Concatenate {
      let widths = producer.inputs.map(\.shape.columns)
      let shares = zip(scale.split(widths: widths), shift.split(widths: widths))
      let parts = zip(producer.inputs, shares).compactMap { part, share in
        scaled(part, share.0, share.1, rewriter)
      }
      guard parts.count == producer.inputs.count else { return nil }
      return Tensor(Concatenate(), parts, at: producer.path)
    }
    guard let product = WithBias(operation) else { return nil }
    let weight = Tensor(ScaleAxis(axis: 0), [producer.inputs[1], scale])
    let bias =
      product.hadBias ? Tensor(ScaleShift(), [producer.inputs[2], scale, shift]) : shift
    return product.tensor([producer.inputs[0], weight, bias], at: producer.path)
  }
}

/// A linear map or convolution in the form that has a bias.
private struct WithBias {
  let hadBias: Bool
  private let make: ([Tensor], String) -> Tensor

  init?(_ operation: any Operation) {
    switch operation {
    case let linear as LinearMap:
      hadBias = linear.hasBias
      make = { Tensor(LinearMap(hasBias: true), $0, at: $1) }
    case let convolution as Convolution:
      hadBias = convolution.hasBias
      let copy = convolution.with(bias: true)
      make = { Tensor(copy, $0, at: $1) }
    case let circular as CircularConvolution:
      hadBias = circular.hasBias
      let copy = CircularConvolution(along: circular.axis, groups: circular.groups, hasBias: true)
      make = { Tensor(copy, $0, at: $1) }
    default:
      return nil
    }
  }

  func tensor(_ inputs: [Tensor], at path: String) -> Tensor { make(inputs, path) }
}

/// A scale and shift that one operation alone reads.
private struct Affine {
  let x: Tensor
  private let scale, shift: Tensor

  init?(_ tensor: Tensor, _ rewriter: Rewriter) {
    guard tensor.node.operation is ScaleShift, rewriter.isOnlyUse(tensor) else { return nil }
    (x, scale, shift) = (tensor.node.inputs[0], tensor.node.inputs[1], tensor.node.inputs[2])
  }

  func applied(to y: Tensor) -> Tensor { Tensor(ScaleShift(), [y, scale, shift]) }

  /// W (s x + t) + b = (W s) x + (W t + b).
  func folded(into linear: LinearMap, _ inputs: [Tensor], _ path: String) -> Tensor {
    let weight = Tensor(ScaleAxis(axis: 1), [inputs[1], scale])
    let bias = Tensor(linear, [shift] + inputs.dropFirst())
    return Tensor(LinearMap(hasBias: true), [x, weight, bias], at: path)
  }

  /// The same for every tap.
  func folded(into convolution: Convolution, _ inputs: [Tensor], _ path: String) -> Tensor {
    Tensor(
      convolution.with(bias: true), folded(inputs, groups: convolution.groups), at: path)
  }

  /// The same, as no image ends.
  func folded(into circular: CircularConvolution, _ inputs: [Tensor], _ path: String) -> Tensor {
    let copy = CircularConvolution(along: circular.axis, groups: circular.groups, hasBias: true)
    return Tensor(copy, folded(inputs, groups: circular.groups), at: path)
  }

  /// The inputs of a convolution that scales and shifts by itself. The shift passes through the
  /// kernel as a constant image.
  private func folded(_ inputs: [Tensor], groups: Int) -> [Tensor] {
    let kernel = inputs[1].shape
    let channels = scale.shape[0]
    let image: Shape = [1, kernel[2], kernel[3], channels]
    let zeros = Tensor.constant(
      TensorData([Float](repeating: 0, count: image.count), shape: image))
    let response = Tensor(
      Convolution(groups: groups, hasBias: inputs.count > 2),
      [zeros + shift] + inputs.dropFirst())
    let grouped: Shape = [groups, kernel[0] / groups, kernel[1], kernel[2] * kernel[3]]
    let factors = Tensor(Reshape([groups, 1, kernel[1], 1]), [scale])
    let weight = Tensor(Reshape(grouped), [inputs[1]]) * factors
    return [
      x, Tensor(Reshape(kernel), [weight]), Tensor(Reshape([kernel[0]]), [response]),
    ]
  }
}
