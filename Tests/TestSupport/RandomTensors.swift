import EdgeGraph

extension Reference {
  /// Uniform values, each exact in float32.
  public static func random(
    _ shape: Shape, in range: ClosedRange<Float> = -1...1, using generator: inout SplitMix64
  ) -> Reference {
    Reference(shape: shape, values: generator.floats(shape.count, in: range).map(Double.init))
  }
}

extension Tensor {
  /// A parameter with uniform values.
  public static func random(
    _ name: String, _ shape: Shape, in range: ClosedRange<Float> = -1...1,
    using generator: inout SplitMix64
  ) -> Tensor {
    let data = TensorData(generator.floats(shape.count, in: range), shape: shape)
    return .parameter(ParameterValue(name: name, shape: shape, data: data))
  }
}
