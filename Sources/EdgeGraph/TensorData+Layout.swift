extension TensorData {
  /// A float32 copy with the channels moved last: `[n, c, h, w]` → `[n, h, w, c]`.
  /// - Precondition: the rank is 4.
  public func channelsLast() -> TensorData {
    permuted([0, 2, 3, 1])
  }

  /// A float32 copy with the channels moved first: `[n, h, w, c]` → `[n, c, h, w]`; what has
  /// another rank stays as it is.
  public func channelsFirst() -> TensorData {
    shape.rank == 4 ? permuted([0, 3, 1, 2]) : self
  }

  private func permuted(_ order: [Int]) -> TensorData {
    let values = floats()
    let strides = shape.dimensions.indices.map { shape.dimensions.dropFirst($0 + 1).reduce(1, *) }
    let target = Shape(order.map { shape[$0] })
    let steps = order.map { strides[$0] }
    var result: [Float] = []
    result.reserveCapacity(values.count)
    for a in 0..<target[0] {
      for b in 0..<target[1] {
        for c in 0..<target[2] {
          let start = a * steps[0] + b * steps[1] + c * steps[2]
          for d in 0..<target[3] { result.append(values[start + d * steps[3]]) }
        }
      }
    }
    return TensorData(result, shape: target)
  }
}
