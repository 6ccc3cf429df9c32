/// The boxes of a class that were chosen, eight in a vector, as each candidate is compared with all of
/// them.
struct KeptBoxes {
  private struct Eight {
    var left = SIMD8<Float>(repeating: .infinity)
    var top = SIMD8<Float>(repeating: .infinity)
    var right = SIMD8<Float>(repeating: -.infinity)
    var bottom = SIMD8<Float>(repeating: -.infinity)
    var area = SIMD8<Float>.zero
  }

  private var vectors: [Eight] = []
  private(set) var count = 0

  mutating func append(_ box: SIMD4<Float>) {
    let lane = count % 8
    if lane == 0 { vectors.append(Eight()) }
    let last = vectors.count - 1
    vectors[last].left[lane] = box.x
    vectors[last].top[lane] = box.y
    vectors[last].right[lane] = box.z
    vectors[last].bottom[lane] = box.w
    vectors[last].area[lane] = box.boxArea
    count += 1
  }

  /// Whether the intersection of a box with one of these, over their union, is larger than a limit.
  func cover(_ box: SIMD4<Float>, by limit: Float) -> Bool {
    let area = box.boxArea
    for eight in vectors {
      let width = Self.smaller(eight.right, box.z) - Self.larger(eight.left, box.x)
      let height = Self.smaller(eight.bottom, box.w) - Self.larger(eight.top, box.y)
      let shared = Self.larger(width, 0) * Self.larger(height, 0)
      if any(shared / (area + eight.area - shared) .> limit) { return true }
    }
    return false
  }

  @inline(__always)
  private static func larger(_ values: SIMD8<Float>, _ least: Float) -> SIMD8<Float> {
    values.replacing(with: least, where: values .< least)
  }

  @inline(__always)
  private static func smaller(_ values: SIMD8<Float>, _ most: Float) -> SIMD8<Float> {
    values.replacing(with: most, where: values .> most)
  }
}
