import EdgeGraph

/// The derivatives of an ``MLPBlock``. The wide tensor is read if the block kept it, else computed
/// again; its gradient never reaches memory.
///
/// - Inputs: `dy` `[..., out]`, those of the block without its residual, and the wide tensor before
///   its activation `[..., hidden]` if it was kept.
/// - Output: flat, the gradients of the block's inputs in their order: dx, those of the layer norm's
///   weight and bias if there is one, of `w1`, `b1`, `w2`, `b2`, and of the scale if there is one.
/// - Cost: five products as large as each of the block's two, or four.
struct MLPBlockGradient: Operation {
  static let name = "mlp_block_gradient"
  /// The block without its residual.
  let block: MLPBlock
  /// Whether the wide tensor is an input.
  var readsWide = false

  init(of block: MLPBlock) {
    var open = block
    open.hasResidual = false
    self.block = open
  }

  /// The block's own inputs among those of this operation.
  private func own<Value>(_ inputs: [Value]) -> [Value] {
    Array(readsWide ? inputs[1..<inputs.count - 1] : inputs[1...])
  }

  func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let own = own(inputs)
    let result = try block.outputShape(own)
    guard inputs[0] == result else {
      throw .mismatch(expected: "a gradient of \(result)", found: [inputs[0]])
    }
    if readsWide, let wide = inputs.last, wide != block.resultShapes(own)[1] {
      throw .mismatch(expected: "a wide tensor of \(block.resultShapes(own)[1])", found: [wide])
    }
    return [own.reduce(0) { $0 + $1.count }]
  }

  func cost(_ inputs: [Shape]) -> Cost {
    let forward = block.cost(own(inputs))
    return Cost(
      multiplyAdds: forward.multiplyAdds / 2 * (readsWide ? 4 : 5),
      operations: 3 * forward.operations,
      bytes: 2 * forward.bytes)
  }

  func reference(_ inputs: [Reference]) -> Reference {
    let (dy, x) = (inputs[0], inputs[1])
    let first = block.firstWeight + 1
    let (w1, b1, w2, b2) = (inputs[first], inputs[first + 1], inputs[first + 2], inputs[first + 3])
    let norm = block.epsilon.map { LayerNormalization(epsilon: $0) }
    let normalized = norm?.reference(Array(inputs[1...3])) ?? x
    let wide =
      readsWide
      ? inputs[inputs.count - 1] : LinearMap(hasBias: true).reference([normalized, w1, b1])
    let activated = Activation(block.activation).reference([wide])
    let scale = block.hasScale ? inputs[first + 4] : nil
    let dz = scale.map { Multiply().reference([dy, $0]) } ?? dy
    let dActivated = LinearMapInputGradient().reference([dz, w2])
    let dWide = ActivationGradient(block.activation).reference([dActivated, wide])
    let dNormalized = LinearMapInputGradient().reference([dWide, w1])
    var result: [Double] = []
    if let epsilon = block.epsilon {
      let gradient = LayerNormalizationGradient(epsilon: epsilon)
      result += gradient.reference([dNormalized, x, inputs[2]]).values
    } else {
      result += dNormalized.values
    }
    let weightGradient = LinearMapWeightGradient()
    result += weightGradient.reference([dWide, normalized]).values
    result += Sum(to: b1.shape).reference([dWide]).values
    result += weightGradient.reference([dz, activated]).values
    result += Sum(to: b2.shape).reference([dz]).values
    if let scale {
      let z = LinearMap(hasBias: true).reference([activated, w2, b2])
      result += Sum(to: scale.shape).reference([Multiply().reference([dy, z])]).values
    }
    return Reference(shape: [result.count], values: result)
  }
}

extension MLPBlock: DifferentiableOperation {
  func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    let own = hasResidual ? Array(inputs.dropLast()) : inputs
    let flat = Tensor(MLPBlockGradient(of: self), [dy] + own)
    return flat.parts(own.map(\.shape)) + (hasResidual ? [dy] : [])
  }
}
