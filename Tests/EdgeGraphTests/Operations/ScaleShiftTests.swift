import EdgeGraph
import Testing

@Suite struct ScaleShiftTests {
  @Test func mapsEachChannel() {
    let y = ScaleShift().reference([
      Reference(shape: [2, 2], values: [1, 2, 3, 4]),
      Reference(shape: [2], values: [2, -1]), Reference(shape: [2], values: [0, 10]),
    ])
    #expect(y == Reference(shape: [2, 2], values: [2, 8, 6, 6]))
  }

  @Test(arguments: [[[], [1], [1]], [[2, 4], [1], [4]], [[2, 4], [4], [2, 4]]] as [[Shape]])
  func scaleAndShiftAreAsWideAsTheChannels(inputs: [Shape]) {
    #expect(
      throws: ShapeError.mismatch(
        expected: "a scale and a shift as wide as the last axis", found: inputs)
    ) { try ScaleShift().outputShape(inputs) }
  }

  @Test func costsTwoOperationsPerElement() {
    #expect(
      ScaleShift().cost([[5, 4], [4], [4]]) == Cost(operations: 40, bytes: 4 * (20 + 8 + 20)))
  }
}
