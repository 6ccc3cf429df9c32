import EdgeGraph
import Testing

@testable import EdgeRuntime

@Suite struct ParameterLayoutTests {
  private let layout = ParameterLayout([
    ("norm.weight", [3], true), ("norm.running_mean", [3], false), ("head.weight", [4, 5], true),
    ("scale", [], true), ("norm.running_var", [17], false), ("head.bias", [16], true),
  ])

  @Test func trainableParametersComeFirst() {
    #expect(
      layout.entries.map(\.name) == [
        "norm.weight", "head.weight", "scale", "head.bias", "norm.running_mean", "norm.running_var",
      ])
    #expect(layout.entries.map(\.isTrainable) == [true, true, true, true, false, false])
  }

  @Test func rangesAreAligned() {
    #expect(layout.entries.map(\.range) == [0..<3, 16..<36, 48..<49, 64..<80, 80..<83, 96..<113])
    #expect(layout.trainableCount == 80)
    #expect(layout.count == 128)
  }

  @Test func namesAreFound() {
    #expect(layout["head.weight"]?.shape == [4, 5])
    #expect(layout.index(of: "norm.running_mean") == 4)
    #expect(layout["head"] == nil)
  }

  @Test func nothingIsALayoutToo() {
    let empty = ParameterLayout([])
    #expect(empty.count == 0 && empty.trainableCount == 0 && empty.entries.isEmpty)
  }

  @Test func namesDiffer() async {
    await #expect(processExitsWith: .failure) {
      _ = ParameterLayout([("a", [1], true), ("a", [2], false)])
    }
  }
}
