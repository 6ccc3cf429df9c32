#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A stream of random numbers told by seed, step and name: Philox4x32-10 (Salmon et al., "Parallel
/// random numbers: as easy as 1, 2, 3", 2011). The same on any number of threads and machines, and
/// nothing has to be stored to go on with it after a restart.
public struct RandomStream: RandomNumberGenerator, Sendable {
  private let key: SIMD2<UInt32>
  /// Words 1 to 3 of the counter; word 0 counts the blocks.
  private let step: UInt32
  private let name: SIMD2<UInt32>
  private var block: UInt32 = 0
  private var words: SIMD4<UInt32> = .zero
  private var used = 4

  /// - Parameters:
  ///   - seed: of the whole run.
  ///   - step: of the training, or the epoch; its low 32 bits count.
  ///   - name: what the numbers are for, such as a layer's path or a file's name.
  public init(seed: UInt64, step: Int = 0, name: String) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    self.step = UInt32(truncatingIfNeeded: step)
    let hash = Self.hash(name)
    self.name = SIMD2(UInt32(truncatingIfNeeded: hash), UInt32(truncatingIfNeeded: hash >> 32))
  }

  /// FNV-1a, 64 bit, of the UTF-8 bytes.
  public static func hash(_ name: String) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  /// One block of the generator: ten rounds.
  public static func philox(_ counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var (counter, key) = (counter, key)
    for _ in 0..<10 {
      let first = UInt32(0xD251_1F53).multipliedFullWidth(by: counter[0])
      let second = UInt32(0xCD9E_8D57).multipliedFullWidth(by: counter[2])
      counter = SIMD4(
        second.high ^ counter[1] ^ key[0], second.low, first.high ^ counter[3] ^ key[1], first.low)
      key = SIMD2(key[0] &+ 0x9E37_79B9, key[1] &+ 0xBB67_AE85)
    }
    return counter
  }

  public mutating func nextWord() -> UInt32 {
    if used == 4 {
      words = Self.philox(SIMD4(block, step, name[0], name[1]), key: key)
      block &+= 1
      used = 0
    }
    defer { used += 1 }
    return words[used]
  }

  public mutating func next() -> UInt64 {
    let low = UInt64(nextWord())
    return UInt64(nextWord()) << 32 | low
  }

  /// Uniform in [0, 1), 53 bits.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Uniform in a range.
  public mutating func uniform(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// Whether an event of this probability happens.
  public mutating func happens(_ probability: Double) -> Bool { uniform() < probability }

  /// Uniform among 0 ..< `bound`.
  /// - Precondition: `bound` is positive.
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "\(bound)")
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// Of the standard normal distribution (Box and Muller).
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  /// Of the gamma distribution with scale 1 (Marsaglia and Tsang, 2000).
  /// - Precondition: `shape` is positive.
  public mutating func gamma(_ shape: Double) -> Double {
    precondition(shape > 0, "\(shape)")
    if shape < 1 { return gamma(shape + 1) * pow(1 - uniform(), 1 / shape) }
    let d = shape - 1.0 / 3
    while true {
      let x = normal()
      let v = pow(1 + x / (9 * d).squareRoot(), 3)
      if v > 0, log(1 - uniform()) < x * x / 2 + d - d * v + d * log(v) { return d * v }
    }
  }

  /// Of the beta distribution.
  /// - Precondition: both are positive.
  public mutating func beta(_ a: Double, _ b: Double) -> Double {
    let x = gamma(a)
    return x / (x + gamma(b))
  }

  /// 0 ..< `count` in random order.
  public mutating func permutation(_ count: Int) -> [Int] {
    var result = Array(0..<count)
    for index in stride(from: count - 1, to: 0, by: -1) {
      result.swapAt(index, integer(below: index + 1))
    }
    return result
  }
}
