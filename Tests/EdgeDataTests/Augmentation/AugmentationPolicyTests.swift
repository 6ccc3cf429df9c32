import EdgeGraph
import FoundationEssentials
import TestSupport
import Testing

@testable import EdgeData

@Suite struct AugmentationPolicyTests {
  struct Goldens: Decodable {
    let levels: [Level]
    let tables: [Table]
  }

  struct Level: Decodable {
    let operation: String
    let level, argument, negated: Double
  }

  struct Table: Decodable {
    let name: String
    let sequences: [[String]]
  }

  let goldens: Goldens

  init() throws { goldens = try augmentationGoldens("policies", as: Goldens.self) }

  @Test func levelsMeanWhatTheyMeanInTimm() throws {
    for golden in goldens.levels {
      let operation = try #require(PolicyOperation(rawValue: golden.operation), "\(golden)")
      var found: Set<Double> = []
      var random = stream(golden.operation)
      for _ in 0..<40 {
        let change = operation.change(level: golden.level, random: &random)
        found.insert(try #require(argument(change)))
      }
      // `desaturate` is the factor of saturation, 1 less the argument.
      let expected =
        operation == .desaturate
        ? [1 - golden.argument] : Set([golden.argument, golden.negated])
      #expect(found == expected, "\(golden)")
    }
  }

  private func argument(_ change: PolicyChange) -> Double? {
    switch change {
    case .autoContrast, .equalize, .invert: nil
    case .posterize(let value), .solarize(let value), .solarizeAdd(let value): Double(value)
    case .rotate(let value), .saturation(let value), .contrast(let value),
      .brightness(let value), .sharpness(let value), .shearX(let value), .shearY(let value),
      .translateX(let value), .translateY(let value), .blur(let value):
      value
    }
  }

  @Test func tablesAreTimms() throws {
    for golden in goldens.tables {
      let sequences: [[AugmentationPolicy.Step]] =
        switch try AugmentationPolicy(golden.name).choice {
        case .sequence(let sequences): sequences
        case .layers(_, let steps), .weighted(_, let steps, _): [steps]
        }
      let found = sequences.map { $0.map(description) }
      #expect(found == golden.sequences, "\(golden.name)")
    }
  }

  private func description(_ step: AugmentationPolicy.Step) -> String {
    let probability =
      step.probability == step.probability.rounded()
      ? "\(Int(step.probability))" : "\(step.probability)"
    return "\(step.operation.rawValue) \(probability) \(Int(step.level))"
  }

  @Test func settingsAreRead() throws {
    let policy = try AugmentationPolicy("rand-m9-mstd0.5-inc1")
    #expect(policy == .randAugment)
    #expect(policy.deviation == 0.5 && policy.highestLevel == 10)
    let other = try AugmentationPolicy("rand-n3-mmax30-m12-p0.25-mstd101")
    #expect(other.choice == .layers(3, PolicyTables.plain(level: 12, 0.25)))
    #expect(other.deviation == .infinity && other.highestLevel == 30)
    #expect(try AugmentationPolicy("original-mstd1").deviation == 1)
  }

  @Test(arguments: ["", "Rand-m9", "augmix-m3", "v1"])
  func unknownPoliciesAreNamed(text: String) {
    let name = text.prefix { $0 != "-" }
    #expect(throws: AugmentationPolicyError.unknownPolicy(text: text, found: String(name))) {
      try AugmentationPolicy(text)
    }
  }

  @Test(arguments: [
    ("rand-x3", "x"), ("rand-m9-std1", "std"), ("rand-m9-", ""), ("rand-n2-9", "9"),
  ])
  func unknownSettingsAreNamed(text: String, found: String) {
    let allowed = ["m", "n", "mstd", "mmax", "inc", "w", "p"]
    #expect(
      throws: AugmentationPolicyError.unknownSetting(text: text, found: found, allowed: allowed)
    ) { try AugmentationPolicy(text) }
  }

  @Test(arguments: [
    ("rand-m9.5", "m9.5", "a whole number from 0 to 100"),
    ("rand-n0", "n0", "a whole number from 1 to 100"),
    ("rand-p1.5", "p1.5", "a number from 0 to 1"),
    ("rand-w1", "w1", "the number 0"),
    ("v0-mstd1e999", "mstd1e999", "a number that isn't negative"),
    ("rand-inc2", "inc2", "a whole number from 0 to 1"),
    ("rand-w0-n14", "n14", "at most 13, the different operations that have a weight"),
  ])
  func badValuesAreNamed(text: String, part: String, expected: String) {
    #expect(
      throws: AugmentationPolicyError.badValue(text: text, part: part, expected: expected)
    ) { try AugmentationPolicy(text) }
  }

  @Test func messagesSayWhatIsAllowed() {
    #expect(
      "\(AugmentationPolicyError.unknownPolicy(text: "v9", found: "v9"))"
        == "augmentation 'v9': no policy 'v9'; expected rand, v0, v0r, original, originalr, 3a")
  }

  /// Each of 15 operations is drawn about equally often, each level is normal around 9, cut at 10.
  @Test func randAugmentDrawsEvenly() throws {
    var random = stream("even")
    var counts: [PolicyOperation: Int] = [:]
    var levels: [Double] = []
    let policy = AugmentationPolicy.randAugment
    for _ in 0..<3000 {
      for step in policy.drawn(&random) {
        counts[step.operation, default: 0] += 1
        levels.append(policy.level(step, &random))
      }
    }
    #expect(counts.count == 15)
    // 400 are expected, with a deviation of 19.
    #expect(counts.values.allSatisfy { (300...500).contains($0) })
    let mean = levels.reduce(0, +) / Double(levels.count)
    #expect(abs(mean - 9) < 0.03)
    #expect(levels.max() == 10 && levels.count { $0 == 10 } < 300)
    let deviation = levels.map { ($0 - 9) * ($0 - 9) }.reduce(0, +) / Double(levels.count)
    #expect(abs(deviation.squareRoot() - 0.5) < 0.03)
  }

  @Test func weightsAreWithoutReplacement() throws {
    var random = stream("weights")
    let policy = try AugmentationPolicy("rand-w0-n13")
    let seen = policy.drawn(&random).map(\.operation)
    #expect(Set(seen).count == 13)
    #expect(!seen.contains(.invert) && !seen.contains(.posterize))
    let first = try AugmentationPolicy("rand-w0-n1")
    let turns = (0..<1000).count { _ in first.drawn(&random)[0].operation == .rotate }
    // 300 are expected, with a deviation of 14.
    #expect((240...360).contains(turns))
  }

  /// Every operation of every policy runs, and draws nothing but what the stream gives.
  @Test(arguments: AugmentationPolicy.names)
  func runsAndRepeats(name: String) throws {
    let policy = try AugmentationPolicy(name)
    let image = picture("soft")
    var changed = 0
    for step in 0..<80 {
      var (first, second) = (stream(name, step: step), stream(name, step: step))
      let filters: [AffineFilter] = [.bilinear, .bicubic]
      let result = policy(image, filters: filters, fill: .zero, random: &first)
      #expect(result == policy(image, filters: filters, fill: .zero, random: &second))
      #expect(result.width == image.width && result.height == image.height)
      if result != image { changed += 1 }
    }
    #expect(changed > 30)
  }
}
