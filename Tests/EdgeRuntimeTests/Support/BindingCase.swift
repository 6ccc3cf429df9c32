import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

/// What is recorded on inputs of some shapes, to be run on planned memory. All operands are inputs of
/// the program.
struct BindingCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let inputs: [Shape]
  let record: @Sendable ([Tensor]) -> Tensor

  init(_ name: String, _ inputs: [Shape], record: @escaping @Sendable ([Tensor]) -> Tensor) {
    testDescription = name
    self.inputs = inputs
    self.record = record
  }

  init(_ name: String, _ operation: some EdgeGraph.Operation, _ inputs: [Shape]) {
    self.init(name, inputs) { Tensor(operation, $0, at: "layer") }
  }

  init(_ operation: some EdgeGraph.Operation, _ inputs: [Shape]) {
    self.init("\(operation) of \(inputs)", operation, inputs)
  }

  /// Checks that it agrees with the plain references on every instruction set and number of threads,
  /// and that another run gives the same bits.
  ///
  /// - Parameters:
  ///   - range: of the inputs' values.
  ///   - tolerance: by the expected value and the largest of them. Unless given, it is that of sums
  ///     of products of numbers below 2: their rounding, relative to the largest.
  func expectReference(
    in range: ClosedRange<Float> = -2...2, threads: [Int] = [1, 2, 5],
    tolerance: (_ value: Double, _ largest: Double) -> Double = { 4e-6 * max(4, $1) }
  ) throws {
    let names = inputs.indices.map { "input\($0)" }
    let y = record(zip(names, inputs).map { Tensor.input($0, shape: $1) })
    let graph = try Graph(outputs: [.init("y", y)])
    var rng = SplitMix64(seed: 37)
    let values = Dictionary(
      uniqueKeysWithValues: zip(names, inputs).map {
        ($0, Reference.random($1, in: range, using: &rng))
      })
    let expected = graph.evaluated(values)[0]
    let largest = expected.values.reduce(0) { max($0, abs($1)) }
    for isa in ISA.available {
      for count in threads {
        let options = RuntimeOptions(isa: isa, threads: count)
        let program = try Program(graph, options: options, constants: ConstantStore())
        let runs = (0..<2).map { _ in
          program.run { index, span in
            let given = values[program.inputs[index]]?.values ?? []
            for position in span.indices { span[position] = Float(given[position]) }
          }[0]
        }
        #expect(runs[0].shape == expected.shape)
        // What is no number is far from every number.
        let far = zip(runs[0].doubles(), expected.values).filter { found, value in
          !(abs(found - value) < tolerance(value, largest))
        }
        #expect(far.isEmpty, "\(isa), \(count) threads: \(far.prefix(3))")
        #expect(runs[0].floats() == runs[1].floats(), "another run, \(isa), \(count) threads")
      }
    }
  }
}

/// Channels 3 to 9 of 12: rows that are not contiguous.
func slice(_ x: Tensor) -> Tensor { x.split(widths: [3, 7, 2])[1] }
