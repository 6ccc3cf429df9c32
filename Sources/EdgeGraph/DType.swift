/// The type of a tensor's elements.
public enum DType: String, Hashable, Sendable, CaseIterable {
  case float16, bfloat16, float32, float64
  case bool, uint8, int8, int16, int32, int64

  public var byteSize: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .float16, .bfloat16, .int16: 2
    case .float32, .int32: 4
    case .float64, .int64: 8
    }
  }

  public var isFloatingPoint: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: true
    default: false
    }
  }
}
