/// The value of a tensor: shape, type and bytes, immutable.
public struct TensorData: Sendable {
  public let shape: Shape
  public let dtype: DType
  public let storage: any TensorStorage

  /// - Precondition: `storage` holds exactly the bytes of `shape`'s elements.
  public init(shape: Shape, dtype: DType, storage: any TensorStorage) {
    precondition(
      storage.byteCount == shape.count * dtype.byteSize,
      "\(storage.byteCount) bytes for \(shape) of \(dtype)")
    self.shape = shape
    self.dtype = dtype
    self.storage = storage
  }

  public init(_ values: [Float], shape: Shape) {
    self.init(shape: shape, dtype: .float32, storage: ArrayStorage(values))
  }

  /// The same bytes under another shape.
  /// - Precondition: the element counts agree.
  public func reshaped(to shape: Shape) -> TensorData {
    TensorData(shape: shape, dtype: dtype, storage: storage)
  }

  /// The elements as float32, rounded to nearest even where the type is wider.
  public func floats() -> [Float] {
    if let array = storage as? ArrayStorage<Float>, dtype == .float32 { return array.values }
    return storage.withBytes { bytes in
      switch dtype {
      case .float32: bytes.map(Float.self) { $0 }
      case .float16: bytes.map(Float16.self) { Float($0) }
      case .bfloat16: bytes.map(UInt16.self, Float.init(bfloat16:))
      case .int64: bytes.map(Int64.self) { Float($0) }  // by way of Double it is rounded twice
      default: elements(bytes) { Float($0) }
      }
    }
  }

  /// The elements as float64; integers beyond 2^53 are rounded.
  public func doubles() -> [Double] {
    storage.withBytes { elements($0) { $0 } }
  }

  /// A copy of the bytes.
  package func bytes() -> [UInt8] {
    storage.withBytes { span in
      (0..<span.byteCount).map { span.load(at: $0, as: UInt8.self) }
    }
  }

  private func elements<Element>(
    _ bytes: RawSpan, _ convert: (Double) -> Element
  ) -> [Element] {
    switch dtype {
    case .float32: bytes.map(Float.self) { convert(Double($0)) }
    case .float64: bytes.map(Double.self) { convert($0) }
    case .float16: bytes.map(Float16.self) { convert(Double($0)) }
    case .bfloat16: bytes.map(UInt16.self) { convert(Double(Float(bfloat16: $0))) }
    case .bool, .uint8: bytes.map(UInt8.self) { convert(Double($0)) }
    case .int8: bytes.map(Int8.self) { convert(Double($0)) }
    case .int16: bytes.map(Int16.self) { convert(Double($0)) }
    case .int32: bytes.map(Int32.self) { convert(Double($0)) }
    case .int64: bytes.map(Int64.self) { convert(Double($0)) }
    }
  }
}

extension Float {
  /// The value of a bfloat16 bit pattern: the upper half of a float32.
  public init(bfloat16 bits: UInt16) { self.init(bitPattern: UInt32(bits) << 16) }

  /// The bits of the nearest bfloat16, ties to even; NaN stays NaN.
  public var bfloat16Bits: UInt16 {
    if isNaN { return UInt16(bitPattern >> 16) | 0x40 }
    return UInt16((bitPattern &+ 0x7FFF &+ ((bitPattern >> 16) & 1)) >> 16)
  }
}

extension RawSpan {
  fileprivate func map<Stored: BitwiseCopyable, Element>(
    _ type: Stored.Type, _ convert: (Stored) -> Element
  ) -> [Element] {
    let stride = MemoryLayout<Stored>.stride
    var result: [Element] = []
    result.reserveCapacity(byteCount / stride)
    for offset in Swift.stride(from: 0, to: byteCount, by: stride) {
      result.append(convert(load(at: offset, as: type)))
    }
    return result
  }
}
