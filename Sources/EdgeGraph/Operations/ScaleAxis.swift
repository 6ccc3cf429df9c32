/// Multiplies along one axis by a vector; the others repeat it. Batch norm is folded into weights
/// with it.
///
/// - Inputs: `x`; `scale` as long as `axis` of `x`. Output: the shape of `x`. Cost: one operation
///   per element.
package struct ScaleAxis: Operation {
  package static let name = "scale_axis"
  package let axis: Int

  package init(axis: Int) { self.axis = axis }

  package func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    guard inputs[0].rank > axis, inputs[1] == [inputs[0][axis]] else {
      throw .mismatch(expected: "a vector as long as axis \(axis)", found: inputs)
    }
    return inputs[0]
  }

  package func cost(_ inputs: [Shape]) -> Cost {
    .elementwise(inputs, output: inputs[0], operations: 1)
  }

  package func reference(_ inputs: [Reference]) -> Reference {
    let x = inputs[0].shape
    let inner = x.dimensions.dropFirst(axis + 1).reduce(1, *)
    let values = inputs[0].values.enumerated().map { position, value in
      value * inputs[1].values[position / inner % x[axis]]
    }
    return Reference(shape: x, values: values)
  }
}
