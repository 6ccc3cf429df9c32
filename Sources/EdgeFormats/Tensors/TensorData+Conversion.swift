import EdgeGraph

extension TensorData {
  /// The same values in another floating-point type, rounded to nearest even; too large ones become
  /// infinite. Integers and booleans stay as they are, as does a tensor that has the type already.
  ///
  /// From float64 to bfloat16 the values pass through float32, as in PyTorch.
  public func converted(to dtype: DType) -> TensorData {
    guard dtype != self.dtype, dtype.isFloatingPoint, self.dtype.isFloatingPoint else {
      return self
    }
    return TensorData(shape: shape, dtype: dtype, storage: storage(of: dtype))
  }

  private func storage(of dtype: DType) -> any TensorStorage {
    switch dtype {
    case .float64: ArrayStorage(doubles())
    case .float16 where self.dtype == .float64: ArrayStorage(doubles().map { Float16($0) })
    case .float16: ArrayStorage(floats().map { Float16($0) })
    case .bfloat16: ArrayStorage(floats().map(\.bfloat16Bits))
    default: ArrayStorage(floats())
    }
  }
}
