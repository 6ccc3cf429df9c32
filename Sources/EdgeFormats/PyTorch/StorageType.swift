import EdgeGraph

/// The element type of a PyTorch storage, by the name of its class or of its `torch.dtype`.
enum StorageType: Equatable, Hashable {
  case known(DType)
  /// Bytes; each tensor says what it makes of them.
  case untyped
  /// A type that tensors here don't have: complex, quantised, unsigned or 8-bit float.
  case other(String, byteSize: Int)

  /// - Parameter className: `torch.FloatStorage`, `torch.cuda.HalfStorage`,
  ///   `torch.storage.UntypedStorage`.
  init?(className: String) {
    guard className.hasPrefix("torch."), let dot = className.utf8.lastIndex(of: UInt8(ascii: ".")),
      let type = Self.classes[String(className[className.utf8.index(after: dot)...])]
    else { return nil }
    self = type
  }

  /// - Parameter dtypeName: `torch.float32`.
  init?(dtypeName: String) {
    guard let type = Self.dtypes[dtypeName] else { return nil }
    self = type
  }

  /// Bytes of one element of the storage's own count.
  var byteSize: Int {
    switch self {
    case .known(let dtype): dtype.byteSize
    case .untyped: 1
    case .other(_, let byteSize): byteSize
    }
  }

  private static let classes: [String: StorageType] = [
    "FloatStorage": .known(.float32), "HalfStorage": .known(.float16),
    "BFloat16Storage": .known(.bfloat16), "DoubleStorage": .known(.float64),
    "LongStorage": .known(.int64), "IntStorage": .known(.int32), "ShortStorage": .known(.int16),
    "CharStorage": .known(.int8), "ByteStorage": .known(.uint8), "BoolStorage": .known(.bool),
    "UntypedStorage": .untyped, "_UntypedStorage": .untyped,
    "ComplexFloatStorage": .other("torch.complex64", byteSize: 8),
    "ComplexDoubleStorage": .other("torch.complex128", byteSize: 16),
    "QInt8Storage": .other("torch.qint8", byteSize: 1),
    "QUInt8Storage": .other("torch.quint8", byteSize: 1),
    "QInt32Storage": .other("torch.qint32", byteSize: 4),
    "QUInt4x2Storage": .other("torch.quint4x2", byteSize: 1),
    "QUInt2x4Storage": .other("torch.quint2x4", byteSize: 1),
  ]

  private static let dtypes: [String: StorageType] = [
    "torch.float32": .known(.float32), "torch.float16": .known(.float16),
    "torch.bfloat16": .known(.bfloat16), "torch.float64": .known(.float64),
    "torch.int64": .known(.int64), "torch.int32": .known(.int32), "torch.int16": .known(.int16),
    "torch.int8": .known(.int8), "torch.uint8": .known(.uint8), "torch.bool": .known(.bool),
    "torch.uint16": .other("torch.uint16", byteSize: 2),
    "torch.uint32": .other("torch.uint32", byteSize: 4),
    "torch.uint64": .other("torch.uint64", byteSize: 8),
    "torch.float8_e4m3fn": .other("torch.float8_e4m3fn", byteSize: 1),
    "torch.float8_e5m2": .other("torch.float8_e5m2", byteSize: 1),
    "torch.complex64": .other("torch.complex64", byteSize: 8),
    "torch.complex128": .other("torch.complex128", byteSize: 16),
  ]
}
