import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

/// Dilated convolutions beyond what the bindings of all operations are checked for.
@Suite struct TapProductTests {
  private func graph(_ layers: inout LayerBuilder, dilation: Int, width: Int) throws -> Graph {
    let x = Tensor.input("x", shape: [1, 12, width, 17])
    let y = layers.convolution(x, to: 40, kernel: 3, padding: dilation, dilation: dilation)
    return try Graph(outputs: [.init("y", relu(y))])
  }

  /// Weights of two bytes, and rows that are rounded for each tap.
  @Test(arguments: ISA.available, [Precision.float16, .bfloat16])
  func roundedWeights(isa: ISA, precision: Precision) throws {
    guard precision.isAvailable(on: isa) else { return }
    var layers = LayerBuilder(seed: 3)
    let graph = try graph(&layers, dilation: 3, width: 11)
    var rng = SplitMix64(seed: 5)
    let x = Reference.random([1, 12, 11, 17], in: -1...1, using: &rng)
    let expected = graph.evaluated(["x": x])[0].values
    let options = RuntimeOptions(isa: isa, threads: 2, precision: precision)
    let program = try Program(graph, options: options, constants: ConstantStore())
    let found = program.run(x.values.map { Float($0) })[0].doubles()
    // 153 products of numbers up to 1, each rounded by at most 2^-8.
    #expect(largestDifference(found, expected) < 0.1)
  }

  /// Bands of rows, and threads, split nothing that is summed.
  @Test(arguments: ISA.available, [1, 2, 9])
  func theSplitDoesNotChangeTheBits(isa: ISA, dilation: Int) throws {
    var layers = LayerBuilder(seed: 3)
    let graph = try graph(&layers, dilation: dilation, width: 600)
    var rng = SplitMix64(seed: 5)
    let x = rng.floats(12 * 600 * 17)
    let results = try [1, 3].map { threads in
      let options = RuntimeOptions(isa: isa, threads: threads)
      return try Program(graph, options: options, constants: ConstantStore()).run(x)[0].floats()
    }
    #expect(results[0] == results[1])
  }

  /// Rows and columns are those for which a tap reads a pixel of the image, and all of them.
  @Test func placesOfTapsAreInside() {
    let convolution = Convolution(
      stride: 2, padding: 5, endPadding: 3, dilation: 4, hasBias: false)
    let image: Shape = [1, 7, 9, 1]
    let weight: Shape = [1, 1, 3, 2]
    let places = TapPlaces(convolution, image: image, weight: weight, result: [1, 4, 7, 1])
    for ky in 0..<3 {
      let rows = (0..<4).filter { (0..<7).contains(places.imageRow($0, ky)) }
      #expect(Array(places.rows(ky)) == rows)
      for row in 0..<7 {
        let expected = rows.first(where: { places.imageRow($0, ky) == row })
        #expect(places.resultRow(row, ky) == expected)
      }
    }
    for kx in 0..<2 {
      let columns = (0..<7).filter { (0..<9).contains(places.imageColumn($0, kx)) }
      #expect(Array(places.columns(kx)) == columns)
    }
  }
}
