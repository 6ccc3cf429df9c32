/// A mask drawn anew in every step: 0 with probability `rate`, else 1 / (1 − rate), so that what is
/// multiplied by it keeps its mean. Element i is decided by word i of the ``RandomStream`` of the
/// key and `path`: it is kept where word / 2³² ≥ rate. The same on any number of threads.
///
/// - Input: `key` `[4]`, see ``key(seed:step:)``. Output: `shape`.
/// - Derivative: none; a mask is a constant to what it multiplies.
/// - Cost: 30 operations per element.
public struct RandomMask: Operation {
  public static let name = "random_mask"
  public let shape: Shape
  public let rate: Double
  /// What the mask is for; masks with different paths are independent.
  public let path: String

  /// - Parameter rate: from 0 to 1; at 1 all elements are 0.
  public init(shape: Shape, rate: Double, path: String) {
    precondition((0...1).contains(rate), "\(rate)")
    self.shape = shape
    self.rate = rate
    self.path = path
  }

  /// The key of one step: a 64-bit number mixed from both, 16 bits in each element, lowest first,
  /// which a float holds exactly.
  public static func key(seed: UInt64, step: Int) -> [Float] {
    let mixed = mix(mix(seed) &+ UInt64(truncatingIfNeeded: step) &* 0x9E37_79B9_7F4A_7C15)
    return (0..<4).map { Float(UInt16(truncatingIfNeeded: mixed >> (16 * $0))) }
  }

  /// The 64-bit number that a key holds; of an element that is no number below 2¹⁶, 0 is taken.
  package static func seed(_ key: SIMD4<Float>) -> UInt64 {
    (0..<4).reduce(0) { seed, index in
      let part = key[index] >= 0 && key[index] < 0x1p16 ? UInt64(key[index]) : 0
      return seed | part << (16 * UInt64(index))
    }
  }

  /// The smallest word that keeps an element.
  package var threshold: UInt64 { UInt64((rate * 0x1p32).rounded(.up)) }

  /// The value of the elements that are kept.
  package var kept: Float { rate < 1 ? Float(1 / (1 - rate)) : 0 }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    guard inputs[0] == [4] else {
      throw .mismatch(expected: "a key of [4]", found: inputs)
    }
    return shape
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    Cost(operations: 30 * shape.count, bytes: 4 * (4 + shape.count))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let key = inputs[0].values
    let seed = Self.seed(SIMD4(Float(key[0]), Float(key[1]), Float(key[2]), Float(key[3])))
    var stream = RandomStream(seed: seed, name: path)
    let values = (0..<shape.count).map { _ in
      UInt64(stream.nextWord()) >= threshold ? Double(kept) : 0
    }
    return Reference(shape: shape, values: values)
  }

  /// The finalizer of splitmix64: a permutation that spreads every bit.
  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
