/// Boxes in float32: left, top, right and bottom in x, y, z and w.
extension SIMD4<Float> {
  var boxArea: Float { Swift.max(z - x, 0) * Swift.max(w - y, 0) }

  func sharedArea(with other: SIMD4<Float>) -> Float {
    let shared = SIMD4(
      Swift.max(x, other.x), Swift.max(y, other.y), Swift.min(z, other.z), Swift.min(w, other.w))
    return shared.boxArea
  }
}

extension Span<Float> {
  /// The numbers of box or anchor `index`.
  func four(at index: Int) -> SIMD4<Float> {
    let start = 4 * index
    return SIMD4(self[start], self[start + 1], self[start + 2], self[start + 3])
  }
}

extension [Float] {
  /// The numbers of box or anchor `index`.
  func four(at index: Int) -> SIMD4<Float> {
    let start = 4 * index
    return SIMD4(self[start], self[start + 1], self[start + 2], self[start + 3])
  }

  mutating func append(four numbers: SIMD4<Float>) {
    for lane in 0..<4 { append(numbers[lane]) }
  }
}
