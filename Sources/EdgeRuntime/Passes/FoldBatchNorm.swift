import EdgeGraph

/// Folds batch norm into the weights of the product or convolution before it, else of the product
/// after it; what is left becomes one scale and shift of the channels.
enum FoldBatchNorm {
  static func apply(to graph: Graph) throws(GraphError) -> Graph {
    try Rewriter.rewrite(graph) { operation, inputs, path, rewriter in
      switch operation {
      case let norm as BatchNormalization:
        return folded(norm, inputs, path, rewriter)
      case let mean as SpatialMean:
        guard let affine = Affine(inputs[0], rewriter) else { return nil }
        return affine.applied(to: Tensor(mean, [affine.x], at: path))
      case let linear as LinearMap:
        guard let affine = Affine(inputs[0], rewriter) else { return nil }
        return affine.folded(into: linear, inputs, path)
      case let convolution as Convolution:
        guard convolution.padding == 0, convolution.groups == 1,
          let affine = Affine(inputs[0], rewriter)
        else { return nil }
        return affine.folded(into: convolution, inputs, path)
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
    let producer = inputs[0].node
    guard rewriter.isOnlyUse(inputs[0]), let operation = producer.operation,
      let product = WithBias(operation)
    else { return Tensor(ScaleShift(), [inputs[0], scale, shift], at: path) }
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
      let copy = Convolution(
        stride: convolution.stride, padding: convolution.padding, groups: convolution.groups,
        hasBias: true)
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

  /// The same for every tap; the shift passes through the convolution as a constant image.
  func folded(into convolution: Convolution, _ inputs: [Tensor], _ path: String) -> Tensor {
    let kernel = inputs[1].shape
    let image: Shape = [1, kernel[2], kernel[3], kernel[1]]
    let zeros = Tensor.constant(
      TensorData([Float](repeating: 0, count: image.count), shape: image))
    let response = Tensor(convolution, [zeros + shift] + inputs.dropFirst())
    let weight = Tensor(ScaleAxis(axis: 1), [inputs[1], scale])
    let bias = Tensor(Reshape([kernel[0]]), [response])
    let copy = Convolution(stride: convolution.stride, hasBias: true)
    return Tensor(copy, [x, weight, bias], at: path)
  }
}
