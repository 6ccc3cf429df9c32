import CEdgeKernels
import EdgeGraph

/// A layout in which kernels read a constant.
enum Packing: Hashable, Sendable {
  /// C order, as it is.
  case plain
  /// A weight `[out, in]` as the right operand of a product.
  case panels(ISA, Precision)
  /// The same for rows of `out` numbers.
  case transposedPanels(ISA, Precision)
  /// A weight `[out, in, kh, kw]` as the right operand of a product over patches, whose rows are
  /// ordered ky, kx, in.
  case patchPanels(ISA, Precision)
  /// A weight `[out, in, kh, kw]` as a right operand for every tap, for rows of `in` numbers or, if
  /// transposed, of `out`.
  case tapPanels(ISA, Precision, isTransposed: Bool)
  /// A weight `[out, in / groups, kh, kw]` as taps
  /// `[out / groups · in / groups · kh · kw, groups]`, or a bias `[out]` as `[out / groups, groups]`.
  case taps(groups: Int)
  /// A weight of a depthwise circular convolution over lines of `extent` pixels as
  /// `ek_circular_prepare_f32` leaves it.
  case circularTaps(extent: Int)

  func pack(_ tensor: Tensor) throws(RuntimeError) -> ConstantBuffer {
    let shape = tensor.shape
    let values = try tensor.evaluatedFloats()
    switch self {
    case .plain:
      return ConstantBuffer(values)
    case .panels(let isa, let precision):
      return try Self.panels(values, k: shape[1], n: shape[0], isa, precision)
    case .transposedPanels(let isa, let precision):
      return try Self.panels(
        Self.transposed(values, shape), k: shape[0], n: shape[1], isa, precision)
    case .patchPanels(let isa, let precision):
      let ordered = Self.channelsLast(values, shape)
      return try Self.panels(
        ordered, segments: shape[2], k: shape[3] * shape[1], n: shape[0], isa, precision)
    case .tapPanels(let isa, let precision, let isTransposed):
      let ordered = Self.tapsFirst(values, shape, isTransposed: isTransposed)
      let (k, n) = isTransposed ? (shape[0], shape[1]) : (shape[1], shape[0])
      return try Self.panels(ordered, operands: shape[2] * shape[3], k: k, n: n, isa, precision)
    case .taps(let groups):
      return ConstantBuffer(Self.transposed(values, [groups, values.count / groups]))
    case .circularTaps(let extent):
      let (channels, taps) = (shape[0], shape[2] * shape[3])
      let count = Int(ek_circular_tap_rows(Int64(extent))) * channels
      return unsafe ConstantBuffer(Float.self, count: count) { memory in
        unsafe ek_circular_prepare_f32(
          Int64(extent), Int64(taps), Int64(channels), values, 0, memory, Int64(channels))
      }
    }
  }

  /// `[operands, out, segments · k]` → panels of a `segments · k x out` matrix for each operand.
  private static func panels(
    _ weight: [Float], operands: Int = 1, segments: Int = 1, k: Int, n: Int, _ isa: ISA,
    _ precision: Precision
  ) throws(RuntimeError) -> ConstantBuffer {
    let (code, depth, columns) = (isa.code, Int64(segments * k), Int64(n))
    let size = segments * k * n
    let parts =
      operands == 1
      ? [weight] : (0..<operands).map { Array(weight[$0 * size..<($0 + 1) * size]) }
    switch precision {
    case .float32:
      let count = Int(ek_packed_count(code, depth, columns))
      return unsafe ConstantBuffer(Float.self, count: operands * count) { memory in
        for (index, part) in parts.enumerated() {
          unsafe ek_pack_f32(code, depth, columns, part, 1, depth, memory + index * count)
        }
      }
    case .bfloat16:
      let count = Int(ek_packed_count(code, Int64(segments * (k + k % 2)), columns))
      return unsafe ConstantBuffer(UInt16.self, count: operands * count) { memory in
        for (index, part) in parts.enumerated() {
          unsafe ek_pack_bf16(
            code, Int64(segments), Int64(k), columns, part, 1, depth, memory + index * count)
        }
      }
    case .float16:
      if let large = weight.first(where: { $0.magnitude >= 65520 }) { throw .beyondFloat16(large) }
      let count = Int(ek_packed_count(code, depth, columns))
      return unsafe ConstantBuffer(UInt16.self, count: operands * count) { memory in
        for (index, part) in parts.enumerated() {
          unsafe ek_pack_f16(code, depth, columns, part, 1, depth, memory + index * count)
        }
      }
    }
  }

  /// `[a, b]` → `[b, a]`.
  private static func transposed(_ weight: [Float], _ shape: Shape) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(weight.count)
    for column in 0..<shape[1] {
      for row in 0..<shape[0] { result.append(weight[row * shape[1] + column]) }
    }
    return result
  }

  /// `[out, in, kh, kw]` → `[kh, kw, out, in]`, or `[kh, kw, in, out]`.
  private static func tapsFirst(
    _ weight: [Float], _ shape: Shape, isTransposed: Bool
  ) -> [Float] {
    let (outputs, inputs, taps) = (shape[0], shape[1], shape[2] * shape[3])
    var result = [Float](repeating: 0, count: weight.count)
    for o in 0..<outputs {
      for c in 0..<inputs {
        let place = isTransposed ? c * outputs + o : o * inputs + c
        for tap in 0..<taps {
          result[tap * outputs * inputs + place] = weight[(o * inputs + c) * taps + tap]
        }
      }
    }
    return result
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
