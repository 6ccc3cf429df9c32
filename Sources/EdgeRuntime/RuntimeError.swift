import EdgeGraph

/// Why a graph can't be planned or run.
public enum RuntimeError: Error, Equatable, Sendable {
  case instructionSet(name: String, available: [ISA])
  /// The processor, or the instruction set that was chosen, has no products of such numbers.
  case precision(Precision, isa: ISA)
  /// A weight that is to be kept as float16 is too large for it.
  case beyondFloat16(Float)
  case unsupported(operation: String, path: String, reason: String)
  /// A parameter that a new program needs has no value: the model was built from shapes only, or
  /// the value was released after packing.
  case noValue(parameter: String)
}

extension RuntimeError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .instructionSet(let name, let available):
      "EDGEVISION_ISA: '\(name)' is unknown or not available here; available: "
        + available.map(\.rawValue).joined(separator: ", ")
    case .precision(let precision, let isa):
      "precision \(precision.rawValue) needs AVX512-BF16; "
        + (isa == .avx512
          ? "this processor's AVX-512 lacks it" : "the instruction set in use is \(isa.rawValue)")
        + "; use f32 or f16"
    case .beyondFloat16(let value):
      "precision f16: a weight of \(value) is beyond the largest float16, 65504; use f32"
    case .unsupported(let operation, let path, let reason):
      "\(path.isEmpty ? operation : "\(path) (\(operation))"): no kernel: \(reason)"
    case .noValue(let parameter):
      "parameter '\(parameter)' has no value; load the weights again"
    }
  }
}
