import EdgeGraph

/// How a dialect's value becomes the official one. The number of elements stays.
enum Rearrangement: Sendable {
  /// It is the same.
  case none
  /// Axes of extent 1 at the end are left out: a layer scale `[c, 1, 1]` becomes `[c]`, a 1x1
  /// convolution `[out, in, 1, 1]` a linear map `[out, in]`.
  case withoutTrailingUnits
  /// The input channels of a convolution are taken in the opposite order: red, green, blue become
  /// blue, green, red.
  case inputChannelsReversed

  func callAsFunction(_ tensor: TensorData) -> TensorData {
    switch self {
    case .none:
      return tensor
    case .withoutTrailingUnits:
      let extents = tensor.shape.dimensions.reversed().drop { $0 == 1 }
      return tensor.reshaped(to: Shape(extents.reversed()))
    case .inputChannelsReversed:
      return tensor.shape.rank == 4 ? Self.reversed(tensor) : tensor
    }
  }

  /// A copy with the second axis reversed.
  private static func reversed(_ tensor: TensorData) -> TensorData {
    let shape = tensor.shape
    let plane = shape[2] * shape[3] * tensor.dtype.byteSize
    let bytes = tensor.bytes()
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for output in 0..<shape[0] {
      for input in (0..<shape[1]).reversed() {
        let start = (output * shape[1] + input) * plane
        result += bytes[start..<start + plane]
      }
    }
    return TensorData(shape: shape, dtype: tensor.dtype, storage: ArrayStorage(result))
  }
}
