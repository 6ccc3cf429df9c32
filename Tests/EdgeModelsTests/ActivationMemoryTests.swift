import EdgeGraph
import EdgeModels
import EdgeNN
import EdgeRuntime
import TestSupport
import Testing

@Suite struct ActivationMemoryTests {
  /// What a plan takes, against the most that is alive at any step of the fused program.
  @Test(arguments: ClassificationGoldenTests.models, [[1, 256, 256, 3], [4, 224, 320, 3]])
  func plansWasteLittle(model: ModelDescription, input: [Int]) throws {
    let network = try model.network(from: SyntheticParameters(tag: "plan"))
    let executor = Executor<Shape>(options: RuntimeOptions(threads: 1)) { shape in
      try network.graph(input: shape)
    }
    let program = try executor.program(for: Shape(input))
    #expect(program.largestLiveBytes > 0)
    #expect(Double(program.activationBytes) <= 1.3 * Double(program.largestLiveBytes))
  }
}
