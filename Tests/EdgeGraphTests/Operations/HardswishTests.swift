import EdgeGraph
import Testing

@Suite struct HardswishTests {
  @Test func knownValues() {
    let x = Reference(shape: [8], values: [-0x1p100, -4, -3, -1.5, 0, 1.5, 3, 0x1p100])
    let y = Hardswish().reference([x])
    #expect(y == Reference(shape: [8], values: [0, 0, 0, -0.375, 0, 1.125, 3, 0x1p100]))
  }

  @Test func keepsTheShape() throws {
    #expect(try Hardswish().outputShape([[2, 3]]) == [2, 3])
    #expect(Hardswish().cost([[2, 3]]) == Cost(operations: 24, bytes: 4 * 12))
  }
}
