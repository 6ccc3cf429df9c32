import EdgeGraph
import EdgeNN
import Testing

@Suite struct FreshParametersTests {
  private let source = FreshParameters(seed: 7)

  private func normal(
    _ name: String, deviation: Double = 0.02, from source: FreshParameters = .init(seed: 7)
  ) throws -> [Double] {
    let data = source.value(
      of: name, shape: [100, 200], initializer: .truncatedNormal(standardDeviation: deviation))
    return try #require(data).doubles()
  }

  private func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return (mean, variance.squareRoot())
  }

  @Test func aConstantIsEverywhere() throws {
    let data = source.value(of: "gamma", shape: [2, 3], initializer: .constant(1e-6))
    #expect(try #require(data).floats() == [Float](repeating: 1e-6, count: 6))
    #expect(data?.shape == [2, 3])
  }

  /// PyTorch cuts at ±2, which a deviation of 0.02 never reaches.
  @Test func smallDeviationsAreNormal() throws {
    let values = try normal("head.weight")
    let (mean, deviation) = moments(values)
    // Five standard errors of 20 000 draws.
    #expect(abs(mean) < 5 * 0.02 / 141)
    #expect(abs(deviation - 0.02) < 5 * 0.02 / 200)
    let inside = values.count { abs($0) < 0.02 }
    #expect(abs(Double(inside) / 20_000 - 0.6827) < 5 * 0.0033)
    #expect(values.contains { abs($0) > 0.06 })
  }

  /// A normal distribution of deviation 1 that is cut at ±2 has a deviation of 0.8796.
  @Test func largeDeviationsAreCut() throws {
    let values = try normal("head.weight", deviation: 1)
    #expect(values.allSatisfy { abs($0) <= 2 })
    let (mean, deviation) = moments(values)
    #expect(abs(mean) < 5 * 0.88 / 141)
    #expect(abs(deviation - 0.8796) < 0.015)
    #expect((values.max() ?? 0) > 1.99 && (values.min() ?? 0) < -1.99)
  }

  @Test func seedAndNameDecide() throws {
    let values = try normal("head.weight")
    #expect(try normal("head.weight") == values)
    #expect(try normal("head.bias") != values)
    #expect(try normal("head.weight", from: FreshParameters(seed: 8)) != values)
    // Independent, not shifted or alike.
    let other = try normal("stages.0.0.dwconv.weight")
    let product = zip(values, other).reduce(0) { $0 + $1.0 * $1.1 } / (20_000 * 0.0004)
    #expect(abs(product) < 5 / 141)
  }

  // MARK: A new head

  private let stored = FixedSource(
    tensors: [("norm.weight", [4]), ("head.weight", [10, 4]), ("head.bias", [10])],
    epsilonOverrides: ["norm": 1e-5])

  @Test func renewedParametersAreFresh() throws {
    let renewed = RenewedParameters(
      stored, fresh: source, renewed: ["head.weight": [3, 4], "head.bias": [3]])
    #expect(renewed.names == stored.names)
    #expect(renewed.epsilonOverrides == stored.epsilonOverrides)
    #expect(renewed.shape(of: "head.weight") == [3, 4])
    #expect(renewed.shape(of: "norm.weight") == [4])
    #expect(renewed.shape(of: "nothing") == nil)
    let initializer = Initializer.truncatedNormal(standardDeviation: 0.02)
    let head = renewed.value(of: "head.weight", shape: [3, 4], initializer: initializer)
    let fresh = source.value(of: "head.weight", shape: [3, 4], initializer: initializer)
    #expect(head?.floats() == fresh?.floats())
    #expect(head?.floats().contains(0) == false)
    let kept = renewed.value(of: "norm.weight", shape: [4], initializer: initializer)
    #expect(kept?.floats() == [0, 0, 0, 0])
  }

  /// A bias that the stored weights lack.
  @Test func namesGrow() {
    let renewed = RenewedParameters(
      stored, fresh: source, renewed: ["head.weight": [3, 4], "extra.b": [1], "extra.a": [1]])
    #expect(
      renewed.names == ["norm.weight", "head.weight", "head.bias", "extra.a", "extra.b"])
    #expect(RenewedParameters(FreshParameters(seed: 1), fresh: source, renewed: [:]).names == nil)
  }
}
