import AllocationCounter
import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

@Suite struct ParameterUpdateTests {
  // MARK: Against PyTorch

  @Test(arguments: try OptimizerGolden().runs)
  func followsPyTorch(run: OptimizerGolden.Run) throws {
    let golden = try OptimizerGolden()
    let algorithm = try #require(run.algorithm)
    for isa in ISA.available {
      let update = ParameterUpdate(
        golden.layout, algorithm, groups: golden.groups, averages: true,
        options: RuntimeOptions(isa: isa, threads: 2))
      update.start(golden.problem)
      for step in 1...run.norms.count {
        update.differentiate(golden.problem)
        update.run(run.settings(step: step))
        // Ten steps of float32 on numbers near 1.
        #expect(abs(update.gradientNorm - run.norms[step - 1]) < 1e-6 * run.norms[step - 1])
        if let index = run.steps.firstIndex(of: step) {
          expectNear(update.numbers(update.values), run.values[index], "\(isa), step \(step)")
        }
      }
      let average = try #require(update.average)
      expectNear(update.numbers(average), run.average, "\(isa), average")
    }
  }

  private func expectNear(_ found: [Float], _ expected: [Double], _ label: String) {
    #expect(largestDifference(found.map(Double.init), expected) < 1e-6, "\(label)")
  }

  // MARK: Many chunks

  /// Parameters that are cut into several items, with a buffer after them.
  private static let large = ParameterLayout([
    ("a", [300, 200], true), ("b", [7], true), ("c", [50_000], true), ("d", [33], true),
    ("mean", [20], false), ("e", [90_001], true),
  ])

  private static let algorithms: [OptimizerAlgorithm] = [
    .adamW(), .adam(), .sgd(), .sgd(momentum: 0), .lamb(),
  ]

  private func large(
    _ algorithm: OptimizerAlgorithm, frozen: Set<String> = [], scales: [String: Double] = [:],
    accumulates: Bool = false, threads: Int = 1
  ) -> ParameterUpdate {
    let groups = Self.large.entries.map { entry in
      ParameterGroup(
        learningRateScale: scales[entry.name] ?? 1, isFrozen: frozen.contains(entry.name))
    }
    let update = ParameterUpdate(
      Self.large, algorithm, groups: groups, averages: true, accumulates: accumulates,
      options: RuntimeOptions(threads: threads))
    var rng = SplitMix64(seed: 5)
    for entry in Self.large.entries { update.values[entry.range] = rng.floats(entry.range.count) }
    fillGradients(update, seed: 6)
    return update
  }

  private func fillGradients(_ update: ParameterUpdate, seed: UInt64) {
    var rng = SplitMix64(seed: seed)
    for entry in update.layout.entries where entry.isTrainable {
      update.gradients[entry.range] = rng.floats(entry.range.count)
    }
  }

  private let settings = UpdateSettings(
    step: 3, learningRate: 0.01, weightDecay: 0.1, clipNorm: 2, clipValue: 0.5, averageDecay: 0.75)

  private func bits(_ update: ParameterUpdate) -> [[UInt32]] {
    ([update.values] + update.moments + [update.average].compactMap { $0 }).map { state in
      state[0..<state.count].map(\.bitPattern)
    }
  }

  @Test(arguments: algorithms)
  func threadsDoNotMatter(algorithm: OptimizerAlgorithm) {
    let alone = large(algorithm)
    alone.run(settings)
    for threads in [1, 2, 3, 7] {
      let shared = large(algorithm, threads: threads)
      shared.run(settings)
      #expect(bits(shared) == bits(alone), "\(threads) threads")
      #expect(shared.gradientNorm == alone.gradientNorm)
    }
  }

  @Test(arguments: algorithms)
  func gapsStayZero(algorithm: OptimizerAlgorithm) {
    let update = large(algorithm)
    update.run(settings)
    let used = Set(Self.large.entries.flatMap(\.range))
    let values = update.values[0..<update.values.count]
    #expect(values.indices.allSatisfy { used.contains($0) || values[$0] == 0 })
    #expect(update.numbers(update.values).allSatisfy { $0.isFinite })
  }

  @Test(arguments: algorithms)
  func frozenParametersAndBuffersDoNotMove(algorithm: OptimizerAlgorithm) throws {
    let update = large(algorithm, frozen: ["b", "c"])
    let before = Self.large.entries.map { update.values[$0.range] }
    update.run(settings)
    for (entry, old) in zip(Self.large.entries, before) {
      let rests = ["b", "c", "mean"].contains(entry.name)
      #expect((update.values[entry.range] == old) == rests, "\(entry.name)")
      if rests && entry.isTrainable {
        #expect(update.moments.allSatisfy { $0[entry.range].allSatisfy { $0 == 0 } })
      }
    }
    let average = try #require(update.average)
    let mean = try #require(Self.large["mean"])
    #expect(average[mean.range] == update.values[mean.range].map { 0.25 * $0 })
  }

  @Test func frozenGradientsDoNotCount() throws {
    let update = large(.sgd(), frozen: ["a", "c", "d", "e"])
    let b = try #require(Self.large["b"])
    let gradients = update.gradients[b.range].map(Double.init)
    update.run(UpdateSettings(step: 1, learningRate: 0.01))
    let norm = gradients.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(update.gradientNorm - norm) < 1e-12)
  }

  /// Plain descent without decay: the step is the gradient times rate, scale and clipping.
  @Test func descentTakesTheClippedGradient() throws {
    let update = large(.sgd(momentum: 0), scales: ["c": 0.5])
    let (values, gradients) = (
      update.values[0..<Self.large.trainableCount], update.gradients[0..<Self.large.trainableCount]
    )
    update.run(
      UpdateSettings(step: 1, learningRate: 1, clipNorm: 2, clipValue: 0.5))
    let cut = gradients.map { Double(max(-0.5, min($0, 0.5))) }
    let norm = cut.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(update.gradientNorm - norm) < 1e-9 * norm)
    let c = try #require(Self.large["c"]).range
    for (index, value) in update.values[0..<Self.large.trainableCount].enumerated() {
      let expected =
        Double(values[index]) - (c.contains(index) ? 0.5 : 1) * cut[index] * 2 / (norm + 1e-6)
      if abs(Double(value) - expected) < 2e-7 { continue }
      Issue.record("\(index): \(value), expected \(expected)")
      return
    }
  }

  /// ‖Δp‖ = rate · ‖p‖ for a parameter that decays, however many chunks it has.
  @Test func trustRatiosAreOfWholeParameters() {
    let update = large(.lamb(), scales: ["e": 2])
    let before = Self.large.entries.map { update.values[$0.range] }
    update.run(UpdateSettings(step: 1, learningRate: 0.01, weightDecay: 0.1))
    for (entry, old) in zip(Self.large.entries, before) where entry.isTrainable {
      let change = zip(update.values[entry.range], old).map { Double($0 - $1) }
      let rate = entry.name == "e" ? 0.02 : 0.01
      let ratio = norm(change) / norm(old.map(Double.init))
      // Differences of numbers near 1 in float32, divided by 0.01.
      #expect(abs(ratio - rate) < 1e-5, "\(entry.name)")
    }
  }

  private func norm(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  // MARK: Settings

  @Test func whatIsNotAskedForRests() {
    let update = large(.sgd())
    update.run(UpdateSettings(step: 1, learningRate: 0))
    let other = large(.sgd())
    #expect(
      update.values[0..<Self.large.trainableCount] == other.values[0..<Self.large.trainableCount])
    #expect(update.average.map { $0[0..<Self.large.trainableCount].allSatisfy { $0 == 0 } } == true)
  }

  /// An average of what doesn't change is exact, with any decay.
  @Test func anAverageOfTheSameIsTheSame() throws {
    let update = large(.sgd())
    let average = try #require(update.average)
    average[0..<average.count] = update.values[0..<average.count]
    for step in 1...5 {
      update.run(UpdateSettings(step: step, learningRate: 0, averageDecay: 0.99996))
    }
    #expect(average[0..<average.count] == update.values[0..<average.count])
  }

  @Test func gradientsAreAccumulated() {
    let (update, whole) = (large(.sgd(), accumulates: true), large(.sgd()))
    // Twice, so that what an update leaves behind would show.
    for step in 1...2 {
      var sum = [Float](repeating: 0, count: whole.gradients.count)
      for batch in 0..<4 {
        fillGradients(update, seed: UInt64(10 * step + batch))
        update.accumulate(factor: 0.25)
        for (index, value) in update.gradients[0..<sum.count].enumerated() {
          sum[index] += 0.25 * value
        }
      }
      whole.gradients[0..<sum.count] = sum
      let settings = UpdateSettings(step: step, learningRate: 0.01, weightDecay: 0.1)
      update.run(settings)
      whole.run(settings)
    }
    let count = Self.large.count
    let difference = largestDifference(
      update.values[0..<count].map(Double.init), whole.values[0..<count].map(Double.init))
    // A multiply-add rounds once, the plain sum twice.
    #expect(difference < 1e-7)
  }

  @Test func aGradientThatIsNotFiniteIsNamed() throws {
    let update = large(.sgd())
    #expect(update.entryWithNonfiniteGradient == nil)
    let c = try #require(Self.large["c"])
    update.gradients[c.range.upperBound - 1..<c.range.upperBound] = [.nan]
    #expect(update.entryWithNonfiniteGradient == c)
    #expect(!update.run(UpdateSettings(step: 1, learningRate: 0.01, clipNorm: 1)))
    #expect(update.gradientNorm.isNaN)
  }

  @Test(arguments: algorithms, [Float.nan, .infinity])
  func gradientsThatAreNotFiniteChangeNothing(algorithm: OptimizerAlgorithm, value: Float) {
    let update = large(algorithm, accumulates: true)
    // Cutting single numbers would make infinities finite.
    let settings = UpdateSettings(step: 1, learningRate: 0.01, clipNorm: 2, averageDecay: 0.75)
    update.accumulate(factor: 1)
    #expect(update.run(settings))
    let states = [update.values, update.average].compactMap(\.self) + update.moments
    let before = states.map { $0[0..<$0.count] }
    update.gradients[3..<4] = [value]
    update.accumulate(factor: 1)
    #expect(!update.run(settings))
    let areSame = zip(states, before).allSatisfy { $0[0..<$0.count] == $1 }
    #expect(areSame)
    // The next batch starts anew.
    fillGradients(update, seed: 5)
    update.accumulate(factor: 1)
    #expect(update.run(settings))
    let haveMoved = zip(states, before).allSatisfy { $0[0..<$0.count] != $1 }
    #expect(haveMoved)
  }

  @Test(arguments: algorithms)
  func momentsAreAsManyAsStated(algorithm: OptimizerAlgorithm) {
    let update = large(algorithm)
    #expect(update.moments.count == algorithm.momentCount)
    #expect(update.moments.allSatisfy { $0.count == Self.large.trainableCount })
    #expect(update.values.count == Self.large.count)
    #expect(update.gradientSums === update.gradients)
  }

  // MARK: Allocations

  /// Other tests of the process allocate at the same time, so this one looks for a quiet moment.
  @Test(.enabled(if: allocation_counter_works() == 1), arguments: algorithms)
  func runningAllocatesNothing(algorithm: OptimizerAlgorithm) {
    let update = large(algorithm, accumulates: true, threads: 2)
    update.run(settings)
    let foundQuietRun = (0..<500).contains { _ in
      let before = allocation_count()
      update.accumulate(factor: 0.5)
      update.run(settings)
      return allocation_count() == before
    }
    #expect(foundQuietRun)
  }
}
