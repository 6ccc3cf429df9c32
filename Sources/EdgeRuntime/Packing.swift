import CEdgeKernels
import EdgeGraph

/// A layout in which kernels read a constant.
enum Packing: Hashable, Sendable {
  /// C order, as it is.
  case plain
  /// A weight `[out, in]` as the right operand of a product.
  case panels(ISA)
  /// A weight `[out, in, kh, kw]` as the right operand of a product over patches, whose rows are
  /// ordered ky, kx, in.
  case patchPanels(ISA)
  /// A weight `[c, 1, kh, kw]` as taps `[kh · kw, c]`.
  case taps

  func pack(_ tensor: Tensor) throws(RuntimeError) -> ConstantBuffer {
    let shape = tensor.shape
    let values = try tensor.evaluatedFloats()
    switch self {
    case .plain:
      return ConstantBuffer(values)
    case .panels(let isa):
      return Self.panels(values, k: shape[1], n: shape[0], isa: isa)
    case .patchPanels(let isa):
      let k = shape[1] * shape[2] * shape[3]
      let ordered = Self.channelsLast(values, shape)
      return Self.panels(ordered, k: k, n: shape[0], isa: isa)
    case .taps:
      let count = shape[2] * shape[3]
      var taps = [Float](repeating: 0, count: values.count)
      for c in 0..<shape[0] {
        for tap in 0..<count { taps[tap * shape[0] + c] = values[c * count + tap] }
      }
      return ConstantBuffer(taps)
    }
  }

  /// `[out, k]` → panels of a `k x out` matrix.
  private static func panels(_ weight: [Float], k: Int, n: Int, isa: ISA) -> ConstantBuffer {
    let count = Int(ek_packed_count(isa.code, Int64(k), Int64(n)))
    return unsafe ConstantBuffer(count: count) { memory in
      unsafe ek_pack_f32(isa.code, Int64(k), Int64(n), weight, 1, Int64(k), memory)
    }
  }

  /// `[out, in, kh, kw]` → `[out, kh, kw, in]`.
  private static func channelsLast(_ weight: [Float], _ shape: Shape) -> [Float] {
    let (inputs, taps) = (shape[1], shape[2] * shape[3])
    var result = [Float](repeating: 0, count: weight.count)
    for o in 0..<shape[0] {
      for c in 0..<inputs {
        for tap in 0..<taps {
          result[(o * taps + tap) * inputs + c] = weight[(o * inputs + c) * taps + tap]
        }
      }
    }
    return result
  }
}
