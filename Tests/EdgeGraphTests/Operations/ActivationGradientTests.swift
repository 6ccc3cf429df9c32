import EdgeGraph
import Testing

@Suite struct ActivationGradientTests {
  @Test func scalesTheGradientByTheSlope() {
    let dy = Reference(shape: [4], values: [2, 2, -3, 2])
    let x = Reference(shape: [4], values: [-4, -1.5, 0, 3])
    let dx = ActivationGradient(.hardswish).reference([dy, x])
    #expect(dx == Reference(shape: [4], values: [0, 0, -1.5, 2]))
  }

  @Test func shapesAndCosts() throws {
    let gradient = ActivationGradient(.gelu)
    #expect(try gradient.outputShape([[2, 3], [2, 3]]) == [2, 3])
    #expect(gradient.cost([[2, 3], [2, 3]]) == Cost(operations: 60, bytes: 4 * 18))
    #expect(
      throws: ShapeError.mismatch(
        expected: "a gradient and an input of one shape", found: [[2, 3], [3]])
    ) { try gradient.outputShape([[2, 3], [3]]) }
  }
}
