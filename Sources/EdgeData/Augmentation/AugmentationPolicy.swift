import EdgeGraph

/// Random operations on the pixels, named by timm's texts (versions 0.4.12 and later):
///
/// - `rand-m9-mstd0.5-inc1`: RandAugment (Cubuk et al., arXiv:1909.13719). `n` (2) operations are
///   drawn with replacement, each is applied with probability `p` (0.5). `m` (10) is the level,
///   from 0 to 10; `mstd` (0) the deviation of a normal distribution around it, or, above 100, a
///   uniform one from 0 to the level; `mmax` (10) the highest level. `inc1` takes the variants that
///   grow with the level; `w0` draws with weights, and without replacement.
/// - `v0`, `v0r`, `original`, `originalr`: AutoAugment (Cubuk et al., arXiv:1805.09501), one of 25
///   pairs of operations. `r`: posterizing grows with the level. Takes `mstd`.
/// - `3a`: the three changes of DeiT III as timm has them: solarizing from 128 on, grey, or
///   Pillow's blur of a radius from 0.1 to 2. Takes `mstd`.
public struct AugmentationPolicy: Sendable, Equatable {
  /// An operation of a policy.
  struct Step: Sendable, Equatable {
    var operation: PolicyOperation
    var probability: Double
    var level: Double
  }

  enum Choice: Sendable, Equatable {
    /// One of these sequences.
    case sequence([[Step]])
    /// So many steps with replacement.
    case layers(Int, [Step])
    /// So many different steps, with weights.
    case weighted(Int, [Step], weights: [Double])
  }

  /// What policies there are.
  public static let names = ["rand", "v0", "v0r", "original", "originalr", "3a"]

  /// The text that the policy was made from.
  public let text: String
  let choice: Choice
  let deviation: Double
  let highestLevel: Double

  /// - Throws: ``AugmentationPolicyError``, naming the part that isn't understood.
  public init(_ text: String) throws(AugmentationPolicyError) {
    let parser = try PolicyParser(text)
    self.init(
      text: text, choice: parser.choice, deviation: parser.deviation,
      highestLevel: parser.highestLevel)
  }

  private init(text: String, choice: Choice, deviation: Double, highestLevel: Double) {
    self.text = text
    self.choice = choice
    self.deviation = deviation
    self.highestLevel = highestLevel
  }

  /// `rand-m9-mstd0.5-inc1`, with which EdgeNeXt and EdgeViT are trained.
  public static let randAugment = AugmentationPolicy(
    text: "rand-m9-mstd0.5-inc1", choice: .layers(2, PolicyTables.increasing(level: 9, 0.5)),
    deviation: 0.5, highestLevel: 10)

  /// Whether color jitter follows: only after `3a`, as it changes few colors.
  var keepsColorJitter: Bool { text.hasPrefix("3a") }

  /// The picture after what was drawn.
  ///
  /// - Parameters:
  ///   - filters: one of these makes the pixels of each geometric operation.
  ///   - fill: the color of what comes from outside.
  public func callAsFunction(
    _ image: Image, filters: [AffineFilter] = [.bicubic], fill: SIMD3<UInt8>,
    random: inout RandomStream
  ) -> Image {
    precondition(!filters.isEmpty, "no filters")
    var result = image
    for step in drawn(&random) where random.happens(step.probability) {
      let change = step.operation.change(level: level(step, &random), random: &random)
      let filter =
        filters.count == 1 ? filters[0] : filters[random.integer(below: filters.count)]
      result = change(result, filter: filter, fill: fill)
    }
    return result
  }

  func drawn(_ random: inout RandomStream) -> [Step] {
    switch choice {
    case .sequence(let sequences): sequences[random.integer(below: sequences.count)]
    case .layers(let count, let steps):
      (0..<count).map { _ in steps[random.integer(below: steps.count)] }
    case .weighted(let count, let steps, let weights):
      drawn(count, of: steps, weights, &random)
    }
  }

  private func drawn(
    _ count: Int, of steps: [Step], _ weights: [Double], _ random: inout RandomStream
  ) -> [Step] {
    var weights = weights
    return (0..<count).map { _ in
      var rest = random.uniform() * weights.reduce(0, +)
      let index = weights.firstIndex { weight in
        rest -= weight
        return weight > 0 && rest < 0
      }
      // Rounding may leave a rest after the last.
      let chosen = index ?? weights.lastIndex { $0 > 0 } ?? 0
      weights[chosen] = 0
      return steps[chosen]
    }
  }

  func level(_ step: Step, _ random: inout RandomStream) -> Double {
    var level = step.level
    if deviation == .infinity {
      level = random.uniform(in: 0...level)
    } else if deviation > 0 {
      level += deviation * random.normal()
    }
    return max(0, min(level, highestLevel))
  }
}
