import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

/// The operations that gradients consist of, on planned memory; against their plain references.
@Suite struct GradientTests {
  typealias Case = BindingCase

  static let products = [
    Case(LinearMapWeightGradient(), [[5, 7, 33], [5, 7, 20]]),
    Case(LinearMapWeightGradient(), [[2_000, 9], [2_000, 40]]),
    Case(LinearMapWeightGradient(), [[40, 130], [40, 31]]),
    Case(LinearMapWeightGradient(), [[9, 12, 12, 3], [9, 12, 12, 1]]),
    Case("of views", [[1_500, 12], [1_500, 12]]) {
      Tensor(LinearMapWeightGradient(), $0.map(slice))
    },
    Case("into a concatenation", [[1_500, 6], [1_500, 12], [6, 3]]) {
      .concatenate([Tensor(LinearMapWeightGradient(), [$0[0], $0[1]]), gelu($0[2])])
    },
  ]

  static let sums = [
    Case(Sum(to: [12]), [[2, 9, 8, 12]]),
    Case(Sum(to: [1]), [[2, 9, 8, 12]]),
    Case(Sum(to: [1]), [[3]]),
    Case(Sum(to: [1, 9, 8, 12]), [[5, 9, 8, 12]]),
    Case(Sum(to: [1, 30, 20, 12]), [[5, 30, 20, 12]]),
    Case(Sum(to: [9, 8, 12]), [[5, 9, 8, 12]]),
    Case(Sum(to: [5, 1, 1, 1]), [[5, 9, 8, 12]]),
    Case(Sum(to: [5, 1, 1, 12]), [[5, 9, 8, 12]]),
    Case(Sum(to: [5, 9, 8, 1]), [[5, 9, 8, 12]]),
    Case(Sum(to: [2, 1, 1]), [[2, 1, 1]]),
    Case(Sum(to: [700]), [[3_000, 700]]),
    Case("sum of a view", [[2, 9, 8, 12]]) { slice($0[0]).sum(to: [7]) },
    Case("sum of a view over the batch", [[2, 9, 8, 12]]) { slice($0[0]).sum(to: [9, 8, 7]) },
    Case("large sum of a view over the batch", [[3, 40, 40, 12]]) {
      slice($0[0]).sum(to: [1, 40, 40, 7])
    },
    Case("sum of a view over everything", [[2, 9, 8, 12]]) { slice($0[0]).sum(to: [1]) },
    Case("sum of a view over its images", [[2, 9, 8, 12]]) {
      slice($0[0]).sum(to: [2, 1, 1, 1])
    },
  ]

  static let repeats = [
    Case(Repeat(to: [2, 9, 8, 12]), [[12]]),
    Case(Repeat(to: [2, 9, 8, 12]), [[1]]),
    Case(Repeat(to: [2, 9, 8, 12]), [[9, 8, 12]]),
    Case(Repeat(to: [2, 9, 8, 12]), [[8, 12]]),
    Case(Repeat(to: [2, 9, 8, 12]), [[2, 1, 1, 1]]),
    Case(Repeat(to: [2, 9, 8, 12]), [[2, 1, 1, 12]]),
    Case(Repeat(to: [2, 9, 8, 12]), [[2, 9, 8, 1]]),
    Case(Repeat(to: [2, 3]), [[2, 3]]),
    Case("repetition of a view", [[12]]) { Tensor(Repeat(to: [5, 3, 7]), [slice($0[0])]) },
    Case("repetition into a concatenation", [[2, 9, 8, 5], [2, 1, 1, 4]]) {
      .concatenate([gelu($0[0]), Tensor(Repeat(to: [2, 9, 8, 4]), [$0[1]])])
    },
  ]

  @Test(arguments: products + sums + repeats)
  func agreesWithTheReference(c: Case) throws {
    try c.expectReference()
  }

  /// Rounded operands, sums in float32.
  @Test(arguments: ISA.available.filter { Precision.bfloat16.isAvailable(on: $0) }, [1, 3])
  func weightGradientsOfLinearMapsAreRounded(isa: ISA, threads: Int) throws {
    let (dy, x) = (Tensor.input("dy", shape: [1_501, 20]), Tensor.input("x", shape: [1_501, 35]))
    let graph = try Graph(outputs: [.init("dw", Tensor(LinearMapWeightGradient(), [dy, x]))])
    var rng = SplitMix64(seed: 5)
    let values = [rng.floats(1_501 * 20), rng.floats(1_501 * 35)]
    let options = RuntimeOptions(isa: isa, threads: threads, precision: .bfloat16)
    let program = try Program(graph, options: options, constants: ConstantStore())
    let result = program.run { index, span in
      for position in span.indices { span[position] = values[index][position] }
    }[0].doubles()
    let rounded = values.map { $0.map(\.roundedToBFloat16) }
    let expected = LinearMapWeightGradient().reference([
      Reference(shape: [1_501, 20], values: rounded[0]),
      Reference(shape: [1_501, 35], values: rounded[1]),
    ])
    #expect(largestDifference(result, expected.values) < 5e-5)
  }

  @Test func whatHasNoKernelIsNamed() throws {
    let x = Tensor.input("x", shape: [2, 6, 6, 4])
    let slices = x.split(widths: [1, 3])
    let patches = ConvolutionWeightGradient(
      stride: 2, padding: 0, groups: 1, kernelHeight: 2, kernelWidth: 2)
    let results = [
      Tensor(Sum(to: [6, 1, 4]), [x], at: "layer"), Tensor(Sum(to: [6, 6, 1]), [x], at: "layer"),
      Tensor(patches, [.input("dy", shape: [2, 3, 3, 5]), slices[1]], at: "layer"),
    ]
    for y in results {
      do {
        _ = try Program(
          Graph(outputs: [.init("y", y)]), options: RuntimeOptions(isa: .best, threads: 2),
          constants: ConstantStore())
        Issue.record("\(y) ran")
      } catch let RuntimeError.unsupported(_, path, reason) {
        #expect(path == "layer" && !reason.isEmpty)
      }
    }
  }
}

@Suite struct GradientSplitTests {
  private func items(_ split: GradientSplit) -> Int {
    split.call(scratchCount: 0) { _, _, _, _ in }.items
  }

  @Test func longSumsAreSplitOverTheBatch() {
    let split = GradientSplit(
      batch: 50_000, rows: 50_000, outputs: 96, columns: 24, threads: 4)
    #expect(split.parts == 4 && items(split) == 4)
  }

  @Test func shortOnesAndLargeOnesAreSplitOverTheResult() {
    let short = GradientSplit(batch: 64, rows: 64, outputs: 1000, columns: 304, threads: 4)
    #expect(short.parts == 1 && items(short) == 42)
    let large = GradientSplit(
      batch: 50_000, rows: 50_000, outputs: 2400, columns: 600, threads: 16)
    #expect(large.parts == 1 && items(large) == 100)
  }

  /// A part for every thread, or one for all.
  @Test(arguments: [1, 2, 3, 7])
  func noPartIsEmpty(threads: Int) {
    #expect(
      GradientSplit(batch: 10, rows: 9_000, outputs: 50, columns: 4, threads: threads).parts
        == threads)
    #expect(GradientSplit(batch: 2, rows: 9_000, outputs: 50, columns: 4, threads: 3).parts == 1)
  }
}

@Suite struct RepeatedAxesTests {
  @Test(
    arguments: [
      ([12], [2, 9, 8, 12], [1, 144, 12]), ([1], [2, 9, 8, 12], [1, 1728, 1]),
      ([1, 9, 8, 12], [2, 9, 8, 12], [1, 2, 864]), ([2, 1, 1, 1], [2, 9, 8, 12], [2, 864, 1]),
      ([2, 1, 1, 12], [2, 9, 8, 12], [2, 72, 12]), ([2, 3], [2, 3], [1, 1, 6]),
      ([4, 1, 1], [4, 1, 1], [1, 1, 4]), ([1, 1], [1, 5, 1], [1, 5, 1]),
    ] as [([Int], [Int], [Int])])
  func findsThreeExtents(small: [Int], large: [Int], expected: [Int]) {
    let axes = RepeatedAxes(Shape(small), over: Shape(large))
    #expect(axes.map { [$0.outer, $0.repeated, $0.inner] } == expected)
  }

  /// Every row of the larger with the row of the smaller that belongs to it, whatever the range.
  @Test(
    arguments: [
      ([4], [2, 3, 4], [0, 0, 0, 0, 0, 0]), ([2, 1, 4], [2, 3, 4], [0, 0, 0, 1, 1, 1]),
      ([3, 4], [2, 3, 4], [0, 1, 2, 0, 1, 2]), ([2, 1, 1], [2, 3, 4], [0, 0, 0, 1, 1, 1]),
      ([2, 3, 1], [2, 3, 4], [0, 1, 2, 3, 4, 5]), ([2, 3, 4], [2, 3, 4], [0, 1, 2, 3, 4, 5]),
      ([1], [2, 3, 1], [0, 0, 0, 0, 0, 0]), ([2, 1, 1], [2, 3, 1], [0, 0, 0, 1, 1, 1]),
      ([2, 1, 2, 4], [2, 2, 2, 4], [0, 1, 0, 1, 2, 3, 2, 3]),
    ] as [([Int], [Int], [Int])])
  func runsOfRows(small: [Int], large: [Int], expected: [Int]) throws {
    let axes = try #require(RepeatedAxes(Shape(small), over: Shape(large)))
    let rows = axes.rows(columns: Shape(large).columns)
    for first in 0..<expected.count {
      for end in first...expected.count {
        var found: [Int] = []
        rows.eachRun(first..<end) { run, source in
          found += run.indices.map { rows.isSingle ? source : source + $0 - run.lowerBound }
        }
        #expect(found == Array(expected[first..<end]))
      }
    }
  }

  @Test func axesThatTakeTurnsHaveNone() {
    #expect(RepeatedAxes([3, 1], over: [2, 3, 4]) == nil)
    #expect(RepeatedAxes([2, 1, 4, 1], over: [2, 3, 4, 5]) == nil)
  }
}
