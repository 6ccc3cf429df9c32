/// The rule by which the second operand of an element-by-element operation repeats.
struct Broadcast {
  let shape: Shape

  init(_ inputs: [Shape]) throws(ShapeError) {
    let (a, b) = (inputs[0], inputs[1])
    let fits =
      b.rank <= a.rank
      && (0..<b.rank).allSatisfy { axis in
        let extent = b[axis - b.rank]
        return extent == 1 || extent == a[axis - b.rank]
      }
    guard fits else {
      throw .mismatch(expected: "the second shape to repeat over the first", found: inputs)
    }
    shape = a
  }

  static func reference(
    _ a: Reference, _ b: Reference, _ combine: (Double, Double) -> Double
  ) -> Reference {
    var values = a.values
    forEach(b.shape, over: a.shape) { position, offset in
      values[position] = combine(values[position], b.values[offset])
    }
    return Reference(shape: a.shape, values: values)
  }

  /// Calls `body` with every position of `target` in C order, and the position of the element of
  /// `shape` that repeats there.
  static func forEach(_ shape: Shape, over target: Shape, _ body: (Int, Int) -> Void) {
    let strides = strides(of: shape, over: target)
    var index = [Int](repeating: 0, count: target.rank)
    var offset = 0
    for position in 0..<target.count {
      body(position, offset)
      for axis in index.indices.reversed() {
        index[axis] += 1
        offset += strides[axis]
        if index[axis] < target[axis] { break }
        offset -= strides[axis] * index[axis]
        index[axis] = 0
      }
    }
  }

  /// For every axis of `target`, how far one step along it moves in `shape`; 0 where it repeats.
  private static func strides(of shape: Shape, over target: Shape) -> [Int] {
    var result = [Int](repeating: 0, count: target.rank)
    var stride = 1
    for axis in (0..<shape.rank).reversed() {
      let extent = shape[axis]
      result[target.rank - shape.rank + axis] = extent == 1 ? 0 : stride
      stride *= extent
    }
    return result
  }
}
