import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

/// Blocks of random sizes whose inputs all change between runs.
@Suite struct MLPBlockGradientTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let block: MLPBlock
    let rows, channels, hidden, outputs: Int

    /// Rows around the limits of a tile and of the threads' parts.
    static let all: [Case] = {
      var rng = SplitMix64(seed: 3)
      // Without corners near zero, where float32 may be on another side than double precision.
      let functions: [ActivationFunction] = [.hardswish, .gelu, .silu, .sigmoid]
      let rowCounts = [1, 2, 3, 47, 48, 49, 97, 240, 241, 500, 731]
      return rowCounts.enumerated().flatMap { index, rows in
        (0..<2).map { half in
          let block = MLPBlock(
            epsilon: (index + half) % 2 == 0 ? 1e-3 : nil,
            activation: functions[(2 * index + half) % functions.count],
            hasScale: index / 2 % 2 == half, hasResidual: false)
          let sizes = (0..<3).map { _ in Int.random(in: 1...70, using: &rng) }
          return Case(
            block: block, rows: rows, channels: sizes[0], hidden: 2 * sizes[1], outputs: sizes[2])
        }
      }
    }()

    var testDescription: String {
      "\(rows) rows, \(channels) to \(hidden) to \(outputs)"
        + (block.epsilon == nil ? "" : ", norm") + (block.hasScale ? ", scale" : "")
        + ", \(block.activation)"
    }

    /// Those of the gradient: dy and the block's.
    var inputs: [Shape] {
      let norm: [Shape] = block.epsilon == nil ? [] : [[channels], [channels]]
      let weights: [Shape] = [[hidden, channels], [hidden], [outputs, hidden], [outputs]]
      return [[rows, outputs], [rows, channels]] + norm + weights
        + (block.hasScale ? [[outputs]] : [])
    }
  }

  private func expectKernel(
    _ operation: some EdgeGraph.Operation, _ inputs: [Shape], isa: ISA, threads: [Int]
  ) throws {
    let names = inputs.indices.map { "input\($0)" }
    let y = Tensor(operation, zip(names, inputs).map { .input($0, shape: $1) }, at: "layer")
    let graph = try Graph(outputs: [.init("y", y)])
    var rng = SplitMix64(seed: 29)
    let values = Dictionary(
      uniqueKeysWithValues: zip(names, inputs).map {
        ($0, Reference.random($1, in: -1...1, using: &rng))
      })
    let expected = graph.evaluated(values)[0]
    // Sums of products of numbers of a few units: their rounding, relative to the largest.
    let tolerance = 4e-6 * max(4, expected.values.reduce(0) { max($0, abs($1)) })
    for count in threads {
      let program = try Program(
        graph, options: RuntimeOptions(isa: isa, threads: count), constants: ConstantStore())
      let runs = (0..<2).map { _ in
        program.run { index, span in
          let given = values[program.inputs[index]]?.values ?? []
          for position in span.indices { span[position] = Float(given[position]) }
        }[0]
      }
      #expect(
        largestDifference(runs[0].doubles(), expected.values) < tolerance,
        "\(isa), \(count) threads")
      #expect(runs[0].floats() == runs[1].floats(), "the same bits")
    }
  }

  @Test(arguments: ISA.available, Case.all)
  func agreesWithTheReference(isa: ISA, c: Case) throws {
    try expectKernel(
      MLPBlockGradient(of: c.block), c.inputs, isa: isa, threads: [1, 2, 3])
  }

  /// With a wide tensor that is not what would be computed, so that it shows which one is used.
  @Test(arguments: ISA.available, Case.all)
  func readsTheWideTensor(isa: ISA, c: Case) throws {
    var gradient = MLPBlockGradient(of: c.block)
    gradient.readsWide = true
    try expectKernel(gradient, c.inputs + [[c.rows, c.hidden]], isa: isa, threads: [1, 3])
  }

  @Test(arguments: ISA.available, Case.all)
  func theBlockKeepsItsWideTensor(isa: ISA, c: Case) throws {
    var block = c.block
    block.hasResidual = true
    block.keepsWide = true
    try expectKernel(
      block, c.inputs.dropFirst() + [[c.rows, c.outputs]], isa: isa, threads: [1, 3])
  }

  /// The block itself with weights that are packed in every run.
  @Test(arguments: ISA.available, Case.all)
  func theBlockAgreesToo(isa: ISA, c: Case) throws {
    var block = c.block
    block.hasResidual = true
    try expectKernel(
      block, c.inputs.dropFirst() + [[c.rows, c.outputs]], isa: isa, threads: [1, 3])
  }

  /// Against central differences of the block's own reference.
  @Test(arguments: [nil, 1e-2], [false, true])
  func isTheDerivative(epsilon: Double?, hasScale: Bool) throws {
    for (activation, hasResidual) in [
      (ActivationFunction.gelu, true), (.hardswish, false), (.silu, true),
    ] {
      var block = MLPBlock(
        epsilon: epsilon, activation: activation, hasScale: hasScale, hasResidual: false)
      let c = Case(block: block, rows: 3, channels: 4, hidden: 6, outputs: 5)
      block.hasResidual = hasResidual
      let shapes = c.inputs.dropFirst() + (hasResidual ? [[3, 5]] : [])
      var rng = SplitMix64(seed: 13)
      let inputs = shapes.map { Reference.random($0, in: 0.1...0.9, using: &rng) }
      let check = try DerivativeCheck(block, inputs: inputs)
      for (index, measured) in check.measured.enumerated() {
        let derived = try #require(check.derived[index])
        // Second differences of values of some units.
        #expect(
          largestDifference(derived.values, measured.values) < 1e-7, "\(block), input \(index)")
      }
    }
  }
}
