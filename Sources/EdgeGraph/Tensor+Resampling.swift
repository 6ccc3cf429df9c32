extension Tensor {
  /// The numbers along an axis resampled linearly, ends on ends (``LinearResampling``): what a
  /// kernel `[c, 1, K, 1]` or `[c, 1, 1, K]` of ParC-Net becomes for images of another size. Of the
  /// same length, they are the same numbers to the bit.
  ///
  /// - Parameters:
  ///   - axis: the last of those that are longer than 1.
  ///   - count: the extent of the result along the axis.
  public func resampled(axis: Int, to count: Int) -> Tensor {
    if node.error != nil { return self }
    let length = shape[axis]
    precondition(
      shape.dimensions.dropFirst(axis + 1).allSatisfy { $0 == 1 }, "axis \(axis) of \(shape)")
    let rows = Tensor(Reshape([shape.count / length, length]), [self], at: node.path)
    let matrix = Tensor(LinearResampling(from: length, to: count), [], at: node.path)
    let result = Tensor(
      LinearMap(hasBias: false, isInterpolation: true), [rows, matrix], at: node.path)
    return Tensor(
      Reshape(shape.replacing(axis: axis, with: count)), [result], at: node.path)
  }

  /// Codes of the positions along one axis, `[1, c, K, 1]` or `[1, c, 1, K]` as PyTorch has them,
  /// as an image `[1, height, width, c]`: resampled linearly, ends on ends, and repeated over the
  /// other axis.
  public func positionImage(height: Int, width: Int) -> Tensor {
    if node.error != nil { return self }
    precondition(shape.rank == 4 && shape[0] == 1 && (shape[2] == 1 || shape[3] == 1), "\(shape)")
    let isAlongHeight = shape[3] == 1
    let (length, count) = isAlongHeight ? (shape[2], height) : (shape[3], width)
    let channels = shape[1]
    let rows = Tensor(Reshape([channels, length]), [self], at: node.path)
    let matrix = Tensor(LinearResampling(from: length, to: count), [], at: node.path)
    // [count, K] · [c, K]ᵀ, so that the channels come last.
    let codes = Tensor(
      LinearMap(hasBias: false, isInterpolation: true), [matrix, rows], at: node.path)
    let line: Shape = isAlongHeight ? [1, count, 1, channels] : [1, 1, count, channels]
    return Tensor(
      Repeat(to: [1, height, width, channels]),
      [Tensor(Reshape(line), [codes], at: node.path)], at: node.path)
  }
}
