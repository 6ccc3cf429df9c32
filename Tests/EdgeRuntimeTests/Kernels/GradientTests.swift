import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

/// The operations that gradients consist of, and convolutions whose weights change between runs, on
/// planned memory; against their plain references. All operands are inputs of the program.
@Suite struct GradientTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let inputs: [Shape]
    let record: @Sendable ([Tensor]) -> Tensor

    init(
      _ name: String, _ inputs: [Shape], record: @escaping @Sendable ([Tensor]) -> Tensor
    ) {
      testDescription = name
      self.inputs = inputs
      self.record = record
    }

    init(_ operation: some EdgeGraph.Operation, _ inputs: [Shape]) {
      self.init("\(operation) of \(inputs)", inputs) { Tensor(operation, $0, at: "layer") }
    }
  }

  /// Channels 3 to 9 of 12: rows that are not contiguous.
  private static func slice(_ x: Tensor) -> Tensor { x.split(widths: [3, 7, 2])[1] }

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

  private static func toWeight(
    _ size: Int, stride: Int = 1, padding: Int = 0, endPadding: Int? = nil, groups: Int = 1,
    dilation: Int = 1, _ inputs: [Shape]
  ) -> Case {
    Case(
      ConvolutionWeightGradient(
        stride: stride, padding: padding, endPadding: endPadding, groups: groups,
        dilation: dilation, kernelHeight: size, kernelWidth: size),
      inputs)
  }

  static let weightGradients = [
    toWeight(4, stride: 4, [[2, 8, 9, 24], [2, 32, 36, 3]]),
    toWeight(2, stride: 2, [[3, 14, 14, 33], [3, 28, 28, 20]]),
    toWeight(2, stride: 2, [[3, 4, 3, 5], [3, 9, 7, 6]]),
    toWeight(1, stride: 2, [[2, 5, 4, 9], [2, 9, 8, 7]]),
    toWeight(3, padding: 1, [[2, 12, 11, 9], [2, 12, 11, 8]]),
    toWeight(3, stride: 2, padding: 1, [[2, 16, 15, 16], [2, 32, 30, 3]]),
    toWeight(5, stride: 2, padding: 2, [[3, 4, 4, 30], [3, 8, 7, 5]]),
    toWeight(3, padding: 1, groups: 20, [[3, 9, 8, 20], [3, 9, 8, 20]]),
    toWeight(7, padding: 3, groups: 33, [[2, 14, 14, 33], [2, 14, 14, 33]]),
    toWeight(5, stride: 2, padding: 2, groups: 18, [[2, 7, 6, 18], [2, 14, 11, 18]]),
    toWeight(9, padding: 4, groups: 5, [[1, 3, 4, 5], [1, 3, 4, 5]]),
    toWeight(3, padding: 1, [[2, 6, 6, 1], [2, 6, 6, 1]]),
    toWeight(3, padding: 1, groups: 20, [[3, 9, 8, 40], [3, 9, 8, 20]]),
    toWeight(1, groups: 17, [[3, 9, 8, 17], [3, 9, 8, 34]]),
    toWeight(3, stride: 2, padding: 1, groups: 9, [[2, 5, 4, 27], [2, 9, 8, 18]]),
    toWeight(2, endPadding: 1, [[2, 6, 5, 9], [2, 6, 5, 7]]),
    toWeight(2, endPadding: 1, groups: 9, [[2, 6, 5, 9], [2, 6, 5, 9]]),
    toWeight(3, padding: 2, dilation: 2, [[2, 14, 11, 33], [2, 14, 11, 20]]),
    toWeight(3, padding: 12, dilation: 12, [[3, 16, 16, 9], [3, 16, 16, 8]]),
    toWeight(3, padding: 7, dilation: 7, [[1, 6, 5, 4], [1, 6, 5, 3]]),
    toWeight(3, stride: 2, padding: 3, endPadding: 1, dilation: 2, [[2, 5, 4, 9], [2, 9, 7, 6]]),
    toWeight(3, padding: 2, groups: 20, dilation: 2, [[3, 9, 8, 20], [3, 9, 8, 20]]),
    toWeight(3, padding: 3, groups: 9, dilation: 3, [[2, 9, 8, 27], [2, 9, 8, 18]]),
    Case("dilated, of views", [[2, 6, 6, 12], [2, 6, 6, 12]]) {
      Tensor(
        ConvolutionWeightGradient(
          stride: 1, padding: 2, groups: 1, dilation: 2, kernelHeight: 3, kernelWidth: 3),
        $0.map(slice))
    },
    Case("of groups, of views", [[2, 6, 6, 24], [2, 6, 6, 12]]) {
      let dy = $0[0].split(widths: [3, 14, 7])[1]
      return Tensor(
        ConvolutionWeightGradient(
          stride: 1, padding: 1, groups: 7, kernelHeight: 3, kernelWidth: 3), [dy, slice($0[1])])
    },
    Case("dense, of a view of gradients", [[2, 6, 6, 12], [2, 12, 12, 5]]) {
      Tensor(
        ConvolutionWeightGradient(
          stride: 2, padding: 0, groups: 1, kernelHeight: 2, kernelWidth: 2),
        [slice($0[0]), $0[1]])
    },
    Case("depthwise, of views", [[2, 6, 6, 12], [2, 6, 6, 12]]) {
      Tensor(
        ConvolutionWeightGradient(
          stride: 1, padding: 1, groups: 7, kernelHeight: 3, kernelWidth: 3), $0.map(slice))
    },
  ]

  private static func toInput(
    _ height: Int, _ width: Int, stride: Int = 1, padding: Int = 0, endPadding: Int? = nil,
    groups: Int = 1, dilation: Int = 1, _ inputs: [Shape]
  ) -> Case {
    Case(
      ConvolutionInputGradient(
        stride: stride, padding: padding, endPadding: endPadding, groups: groups,
        dilation: dilation, height: height, width: width), inputs)
  }

  static let inputGradients = [
    toInput(32, 36, stride: 4, [[2, 8, 9, 24], [24, 3, 4, 4]]),
    toInput(28, 28, stride: 2, [[2, 14, 14, 33], [33, 20, 2, 2]]),
    toInput(9, 7, stride: 2, [[3, 4, 3, 5], [5, 6, 2, 2]]),
    toInput(9, 8, stride: 2, [[2, 5, 4, 9], [9, 7, 1, 1]]),
    toInput(12, 11, padding: 1, [[2, 12, 11, 9], [9, 8, 3, 3]]),
    toInput(32, 30, stride: 2, padding: 1, [[2, 16, 15, 16], [16, 3, 3, 3]]),
    toInput(8, 7, stride: 2, padding: 2, [[3, 4, 4, 30], [30, 5, 5, 5]]),
    toInput(6, 7, stride: 3, [[3, 2, 2, 4], [4, 5, 2, 3]]),
    toInput(9, 8, padding: 1, groups: 20, [[3, 9, 8, 20], [20, 1, 3, 3]]),
    toInput(14, 14, padding: 3, groups: 33, [[2, 14, 14, 33], [33, 1, 7, 7]]),
    toInput(8, 9, padding: 0, groups: 18, [[2, 4, 7, 18], [18, 1, 5, 3]]),
    toInput(4, 5, padding: 4, groups: 18, [[2, 10, 11, 18], [18, 1, 3, 3]]),
    toInput(14, 11, stride: 2, padding: 2, groups: 18, [[2, 7, 6, 18], [18, 1, 5, 5]]),
    toInput(6, 6, padding: 1, [[2, 6, 6, 1], [1, 1, 3, 3]]),
    toInput(9, 8, padding: 1, groups: 20, [[3, 9, 8, 40], [40, 1, 3, 3]]),
    toInput(9, 8, groups: 17, [[3, 9, 8, 17], [17, 2, 1, 1]]),
    toInput(9, 8, stride: 2, padding: 1, groups: 9, [[2, 5, 4, 27], [27, 2, 3, 3]]),
    toInput(9, 8, stride: 2, groups: 9, [[2, 5, 4, 27], [27, 2, 1, 1]]),
    toInput(4, 5, padding: 4, groups: 6, [[2, 10, 11, 18], [18, 2, 3, 3]]),
    toInput(6, 5, endPadding: 1, [[2, 6, 5, 9], [9, 7, 2, 2]]),
    toInput(6, 5, endPadding: 1, groups: 9, [[2, 6, 5, 9], [9, 1, 2, 2]]),
    toInput(14, 11, padding: 2, dilation: 2, [[2, 14, 11, 33], [33, 20, 3, 3]]),
    toInput(16, 16, padding: 12, dilation: 12, [[3, 16, 16, 9], [9, 8, 3, 3]]),
    toInput(6, 5, padding: 7, dilation: 7, [[1, 6, 5, 4], [4, 3, 3, 3]]),
    toInput(
      9, 7, stride: 2, padding: 3, endPadding: 1, dilation: 2, [[2, 5, 4, 9], [9, 6, 3, 3]]),
    toInput(9, 8, padding: 2, groups: 20, dilation: 2, [[3, 9, 8, 20], [20, 1, 3, 3]]),
    toInput(9, 8, padding: 3, groups: 9, dilation: 3, [[2, 9, 8, 27], [27, 2, 3, 3]]),
    toInput(9, 8, stride: 2, padding: 3, groups: 9, dilation: 3, [[2, 5, 4, 27], [27, 2, 3, 3]]),
    Case("dilated, of a view, into a concatenation", [[2, 6, 6, 12], [7, 5, 3, 3]]) {
      let dx = Tensor(
        ConvolutionInputGradient(
          stride: 1, padding: 2, groups: 1, dilation: 2, height: 6, width: 6),
        [slice($0[0]), $0[1]])
      return .concatenate([gelu($0[0]), dx])
    },
    Case("of groups, of a view, into a concatenation", [[2, 6, 6, 24], [14, 1, 3, 3]]) {
      let dy = $0[0].split(widths: [3, 14, 7])[1]
      let dx = Tensor(
        ConvolutionInputGradient(stride: 1, padding: 1, groups: 7, height: 6, width: 6),
        [dy, $0[1]])
      return .concatenate([gelu($0[0]), dx])
    },
    Case("dense, of a view", [[2, 6, 6, 12], [7, 5, 2, 2]]) {
      Tensor(
        ConvolutionInputGradient(stride: 2, padding: 0, groups: 1, height: 13, width: 12),
        [slice($0[0]), $0[1]])
    },
    Case("depthwise, of a view, into a concatenation", [[2, 6, 6, 12], [7, 1, 3, 3]]) {
      let dx = Tensor(
        ConvolutionInputGradient(stride: 1, padding: 1, groups: 7, height: 6, width: 6),
        [slice($0[0]), $0[1]])
      return .concatenate([gelu($0[0]), dx])
    },
  ]

  static let convolutions = [
    Case(Convolution(stride: 4, hasBias: true), [[2, 16, 12, 3], [24, 3, 4, 4], [24]]),
    Case(Convolution(stride: 2, padding: 1, hasBias: false), [[2, 9, 8, 6], [33, 6, 3, 3]]),
    Case(Convolution(hasBias: true), [[2, 5, 4, 6], [9, 6, 1, 1], [9]]),
    Case(
      Convolution(padding: 3, groups: 20, hasBias: true), [[2, 9, 8, 20], [20, 1, 7, 7], [20]]),
    Case(
      Convolution(stride: 2, padding: 2, groups: 33, hasBias: false),
      [[2, 9, 8, 33], [33, 1, 5, 5]]),
    Case(
      Convolution(padding: 1, groups: 17, hasBias: true), [[2, 9, 8, 34], [51, 2, 3, 3], [51]]),
    Case(Convolution(groups: 6, hasBias: true), [[2, 9, 8, 12], [6, 2, 1, 1], [6]]),
    Case(Convolution(endPadding: 1, hasBias: true), [[2, 5, 4, 6], [9, 6, 2, 2], [9]]),
    Case(
      Convolution(padding: 6, dilation: 6, hasBias: true),
      [[2, 16, 15, 20], [40, 20, 3, 3], [40]]),
    Case(
      Convolution(padding: 4, groups: 20, dilation: 2, hasBias: false),
      [[2, 9, 17, 20], [20, 1, 5, 5]]),
  ]

  private static func circular(
    _ axis: CircularConvolution.Axis, _ x: Shape, taps: Int, to outputs: Int? = nil
  ) -> [Case] {
    let groups = outputs == nil ? x[3] : 1
    let (channels, y) = (outputs ?? x[3], x.replacing(axis: 3, with: outputs ?? x[3]))
    let kernel = axis == .height ? [taps, 1] : [1, taps]
    let weight = Shape([channels, x[3] / groups] + kernel)
    return [
      Case(
        CircularConvolution(along: axis, groups: groups, hasBias: true), [x, weight, [channels]]),
      Case(CircularConvolutionInputGradient(along: axis, groups: groups), [y, weight]),
      Case(
        CircularConvolutionWeightGradient(along: axis, groups: groups, taps: taps), [y, x]),
    ]
  }

  private static let circularShapes: [[Case]] = [
    circular(.height, [2, 7, 5, 20], taps: 7),
    circular(.width, [2, 5, 7, 20], taps: 7),
    circular(.height, [3, 12, 4, 33], taps: 12),
    circular(.width, [3, 4, 16, 33], taps: 9),
    circular(.width, [2, 3, 5, 6], taps: 2),
    circular(.height, [2, 6, 5, 9], taps: 6, to: 20),
    circular(.width, [2, 5, 8, 20], taps: 5, to: 7),
    circular(.width, [2, 5, 8, 3], taps: 1, to: 2),
  ]

  private static let circularViews = [
    Case("circular taps, of views", [[2, 6, 6, 12], [2, 6, 6, 12]]) {
      Tensor(
        CircularConvolutionWeightGradient(along: .height, groups: 7, taps: 6), $0.map(slice))
    },
    Case("dense circular taps, of views", [[2, 6, 6, 12], [2, 6, 6, 12]]) {
      Tensor(
        CircularConvolutionWeightGradient(along: .width, groups: 1, taps: 6), $0.map(slice))
    },
    Case("circular, of a view, into a concatenation", [[2, 6, 10, 12], [7, 1, 1, 10]]) {
      let dx = Tensor(
        CircularConvolutionInputGradient(along: .width, groups: 7), [slice($0[0]), $0[1]])
      return .concatenate([gelu($0[0]), dx])
    },
  ]

  static let circulars = circularShapes.flatMap { $0 } + circularViews

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

  @Test(
    arguments: [
      products, weightGradients, inputGradients, convolutions, circulars, sums, repeats,
    ].flatMap { $0 })
  func agreesWithTheReference(c: Case) throws {
    let names = c.inputs.indices.map { "input\($0)" }
    let y = c.record(zip(names, c.inputs).map { Tensor.input($0, shape: $1) })
    let graph = try Graph(outputs: [.init("y", y)])
    var rng = SplitMix64(seed: 37)
    let values = Dictionary(
      uniqueKeysWithValues: zip(names, c.inputs).map {
        ($0, Reference.random($1, in: -2...2, using: &rng))
      })
    let expected = graph.evaluated(values)[0]
    // Sums of products of numbers below 2: their rounding, relative to the largest.
    let tolerance = 4e-6 * max(4, expected.values.reduce(0) { max($0, abs($1)) })
    for isa in ISA.available {
      for threads in [1, 2, 5] {
        let options = RuntimeOptions(isa: isa, threads: threads)
        let program = try Program(graph, options: options, constants: ConstantStore())
        let runs = (0..<2).map { _ in
          program.run { index, span in
            let given = values[program.inputs[index]]?.values ?? []
            for position in span.indices { span[position] = Float(given[position]) }
          }[0]
        }
        #expect(runs[0].shape == expected.shape)
        #expect(
          largestDifference(runs[0].doubles(), expected.values) < tolerance,
          "\(isa), \(threads) threads")
        #expect(runs[0].floats() == runs[1].floats(), "another run, \(isa), \(threads) threads")
      }
    }
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
