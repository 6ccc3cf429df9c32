import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

@Suite struct TrainBatchNormTests {
  /// A parameter with a value.
  private static func parameter(
    _ name: String, in range: ClosedRange<Float> = -1...1, _ rng: inout SplitMix64
  ) -> Tensor { .random(name, [3], in: range, using: &rng) }

  private static func norm(_ x: Tensor, _ name: String, _ rng: inout SplitMix64) -> Tensor {
    let inputs = ["weight", "bias", "mean"].map { parameter("\(name).\($0)", &rng) }
    let variance = parameter("\(name).variance", in: 0.5...2, &rng)
    return Tensor(
      BatchNormalization(epsilon: 0.01), [x] + inputs + [variance], at: name)
  }

  private static let x: Reference = {
    var rng = SplitMix64(seed: 29)
    return .random([2, 4, 5, 3], in: -2...2, using: &rng)
  }()

  @Test func takesTheStatisticsOfTheBatch() throws {
    var rng = SplitMix64(seed: 31)
    let y = Self.norm(gelu(Self.norm(.input("x", shape: [2, 4, 5, 3]), "a", &rng)), "b", &rng)
    let before = try Graph(outputs: [.init("y", y)])
    let (graph, updates) = try TrainBatchNorm.apply(to: before)
    #expect(before.operationNames == ["batch_norm", "activation", "batch_norm"])
    #expect(
      graph.operationNames == [
        "batch_statistics", "batch_norm_training", "activation", "batch_statistics",
        "batch_norm_training",
      ])
    #expect(
      updates.map(\.parameter.name) == ["a.mean", "a.variance", "b.mean", "b.variance"])
    #expect(updates.allSatisfy { $0.value.shape == [3] })

    let all = try Graph(
      outputs: graph.outputs + updates.map { .init($0.parameter.name, $0.value) })
    let values = all.evaluated(["x": Self.x])
    let parameters = Dictionary(
      uniqueKeysWithValues: graph.parameters.compactMap { parameter in
        parameter.value.map { (parameter.name, Reference($0)) }
      }
        + updates.compactMap { update in
          update.parameter.value.map { (update.parameter.name, Reference($0)) }
        })
    // By hand: the first norm's input is x, 40 rows.
    for c in 0..<3 {
      let column = stride(from: c, to: 120, by: 3).map { Self.x.values[$0] }
      let mean = column.reduce(0, +) / 40
      let squares = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let old = try #require(parameters["a.mean"]).values[c]
      #expect(abs(values[1].values[c] - (0.9 * old + 0.1 * mean)) < 1e-12)
      let oldVariance = try #require(parameters["a.variance"]).values[c]
      #expect(abs(values[2].values[c] - (0.9 * oldVariance + 0.1 * squares / 39)) < 1e-12)
    }
    // The last norm's output has the bias as its mean.
    let bias = try #require(parameters["b.bias"]).values
    let means = BatchStatistics().reference([values[0]]).values
    #expect(largestDifference(Array(means[..<3]), bias) < 1e-12)
  }

  /// Two norms on one pair of buffers: the second goes on from what the first left.
  @Test func sharedBuffersAreUpdatedInTurn() throws {
    var rng = SplitMix64(seed: 31)
    let first = Self.norm(.input("x", shape: [2, 4, 5, 3]), "a", &rng)
    let operation = BatchNormalization(epsilon: 0.01)
    let second = Tensor(operation, [first] + first.node.inputs[1...], at: "again")
    let (graph, updates) = try TrainBatchNorm.apply(to: Graph(outputs: [.init("y", second)]))
    #expect(updates.map(\.parameter.name) == ["a.mean", "a.variance"])
    let all = try Graph(outputs: graph.outputs + [.init("mean", updates[0].value)])
    #expect(all.operationNames.filter { $0 == "running_average" }.count == 2)
  }

  @Test func whatIsNoBatchNormStays() throws {
    let graph = try Graph(outputs: [.init("y", gelu(.input("x", shape: [2, 3])))])
    let (same, updates) = try TrainBatchNorm.apply(to: graph)
    #expect(same.operationNames == ["activation"] && updates.isEmpty)
    #expect(same.outputs[0].tensor.node === graph.outputs[0].tensor.node)
  }

  /// A single row has no unbiased variance; its biased one, 0, is taken.
  @Test func oneRowKeepsTheVarianceFinite() throws {
    var rng = SplitMix64(seed: 31)
    let y = Self.norm(.input("x", shape: [1, 3]), "a", &rng)
    let (_, updates) = try TrainBatchNorm.apply(to: Graph(outputs: [.init("y", y)]))
    let average = try #require(updates[1].value.node.operation as? RunningAverage)
    #expect(average.correction == 1 && average.row == 1)
  }
}
