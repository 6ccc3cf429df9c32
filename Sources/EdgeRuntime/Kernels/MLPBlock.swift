import EdgeGraph

/// An encoder's MLP over tiles of rows, so that the wide tensor between the two products stays in
/// the cache: y = residual + scale · (activation(norm(x) W₁ + b₁) W₂ + b₂).
///
/// - Inputs: `x` `[..., c]`; `weight` and `bias` of the layer norm if there is one; `w1`
///   `[hidden, c]`, `b1`, `w2` `[out, hidden]`, `b2`; then those of scale and residual that there
///   are.
/// - Output: `[..., out]`; or flat, if the wide tensor is kept: that and the wide tensor before its
///   activation, one after the other.
struct MLPBlock: Operation {
  static let name = "mlp_block"
  /// Of the layer norm; nil where the input is not normalized here.
  var epsilon: Double?
  var activation: ActivationFunction
  var hasScale: Bool
  var hasResidual: Bool
  /// Whether the wide tensor is written as well, for the way back.
  var keepsWide = false

  /// The index of `w1` among the inputs.
  var firstWeight: Int { epsilon == nil ? 1 : 3 }
  var scaleIndex: Int? { hasScale ? firstWeight + 4 : nil }
  var residualIndex: Int? {
    hasResidual ? firstWeight + 4 + (hasScale ? 1 : 0) : nil
  }

  private var expand: MatrixProduct {
    MatrixProduct(source: .rows, hasBias: true, activation: activation)
  }
  private var project: MatrixProduct {
    MatrixProduct(source: .rows, hasBias: true, hasScale: hasScale, hasResidual: hasResidual)
  }

  /// The inputs of the two products, given `x` as the first one's and the hidden tensor.
  private func split<Value>(_ inputs: [Value]) -> (first: [Value], second: [Value]) {
    (Array(inputs[firstWeight..<firstWeight + 2]), Array(inputs[(firstWeight + 2)...]))
  }

  func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let (first, second) = split(inputs)
    let wide = try expand.outputShape([inputs[0]] + first)
    let result = try project.outputShape([wide] + second)
    return keepsWide ? [result.count + wide.count] : result
  }

  /// The shapes of the result and of the wide tensor.
  func resultShapes(_ inputs: [Shape]) -> [Shape] {
    [firstWeight + 2, firstWeight].map { weight in
      inputs[0].replacing(axis: -1, with: inputs[weight][0])
    }
  }

  func cost(_ inputs: [Shape]) -> Cost {
    let (first, second) = split(inputs)
    let hidden = inputs[0].replacing(axis: -1, with: first[0][0])
    return expand.cost([inputs[0]] + first) + project.cost([hidden] + second)
  }

  func reference(_ inputs: [Reference]) -> Reference {
    let (first, second) = split(inputs)
    let x =
      epsilon.map { LayerNormalization(epsilon: $0).reference(Array(inputs[..<3])) } ?? inputs[0]
    let result = project.reference([expand.reference([x] + first)] + second)
    guard keepsWide else { return result }
    let wide = LinearMap(hasBias: true).reference([x] + first)
    return Reference(
      shape: [result.shape.count + wide.shape.count], values: result.values + wide.values)
  }
}
