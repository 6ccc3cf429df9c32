import EdgeGraph

/// The derivatives of an ``MLPBlock``. The wide tensor is computed again, tile by tile, so that
/// neither it nor its gradient ever reaches memory.
///
/// - Inputs: `dy` `[..., out]`, then those of the block without its residual.
/// - Output: flat, the gradients of the block's inputs in their order: dx, those of the layer norm's
///   weight and bias if there is one, of `w1`, `b1`, `w2`, `b2`, and of the scale if there is one.
/// - Cost: five products as large as each of the block's two.
struct MLPBlockGradient: Operation {
  static let name = "mlp_block_gradient"
  /// The block without its residual.
  let block: MLPBlock

  init(of block: MLPBlock) {
    var open = block
    open.hasResidual = false
    self.block = open
  }

  func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let result = try block.outputShape(Array(inputs.dropFirst()))
    guard inputs[0] == result else {
      throw .mismatch(expected: "a gradient of \(result)", found: [inputs[0]])
    }
    return [inputs.dropFirst().reduce(0) { $0 + $1.count }]
  }

  func cost(_ inputs: [Shape]) -> Cost {
    let forward = block.cost(Array(inputs.dropFirst()))
    return Cost(
      multiplyAdds: forward.multiplyAdds / 2 * 5, operations: 3 * forward.operations,
      bytes: 2 * forward.bytes)
  }

  func reference(_ inputs: [Reference]) -> Reference {
    let (dy, x) = (inputs[0], inputs[1])
    let first = block.firstWeight + 1
    let (w1, b1, w2, b2) = (inputs[first], inputs[first + 1], inputs[first + 2], inputs[first + 3])
    let norm = block.epsilon.map { LayerNormalization(epsilon: $0) }
    let normalized = norm?.reference(Array(inputs[1...3])) ?? x
    let wide = LinearMap(hasBias: true).reference([normalized, w1, b1])
    let activated = block.activation.reference(wide)
    let scale = block.hasScale ? inputs[first + 4] : nil
    let dz = scale.map { Multiply().reference([dy, $0]) } ?? dy
    let dActivated = LinearMapInputGradient().reference([dz, w2])
    let dWide = block.activation.gradientReference([dActivated, wide])
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
