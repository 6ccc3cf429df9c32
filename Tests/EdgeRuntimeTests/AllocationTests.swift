import AllocationCounter
import EdgeGraph
import EdgeModels
import EdgeNN
import Testing

@testable import EdgeRuntime

/// Other tests of the process allocate at the same time, so this one looks for a quiet moment.
@Suite struct AllocationTests {
  @Test(.enabled(if: allocation_counter_works() == 1), arguments: [1, 2])
  func runningAProgramAllocatesNothing(threads: Int) throws {
    let network = try ModelDescription.edgeNeXtXXSmall.network(
      from: SyntheticParameters(tag: "v1"))
    let executor = Executor<Shape>(options: RuntimeOptions(threads: threads)) { shape in
      try network.graph(input: shape)
    }
    #expect(runsWithoutAllocations(try executor.program(for: [1, 64, 64, 3])))
  }

  @Test(.enabled(if: allocation_counter_works() == 1), arguments: [1, 2])
  func convolutionsAllocateNothing(threads: Int) throws {
    var layers = LayerBuilder(seed: 5)
    let x = Tensor.input("x", shape: [2, 14, 14, 32])
    let grouped = gelu(layers.grouped(x, to: 48, kernel: 3, padding: 1, groups: 16))
    let parts = grouped.split(widths: [24, 24])
    let circular = Tensor.concatenate([
      layers.circular(parts[0], along: .height, taps: 14),
      layers.circular(parts[1], along: .width, taps: 14),
    ])
    let y = layers.circular(circular, along: .width, taps: 9, to: 16)
    let program = try Program(
      Graph(outputs: [.init("y", y)]), options: RuntimeOptions(threads: threads),
      constants: ConstantStore())
    #expect(runsWithoutAllocations(program))
  }

  /// Whether one of many runs, without what goes on beside it, allocates nothing.
  private func runsWithoutAllocations(_ program: Program) -> Bool {
    let workspace = program.makeWorkspace()
    workspace.run(threads: program.threads)
    return (0..<500).contains { _ in
      let before = allocation_count()
      workspace.run(threads: program.threads)
      return allocation_count() == before
    }
  }

  @Test(.enabled(if: allocation_counter_works() == 1))
  func theCounterCounts() {
    let before = allocation_count()
    let array = [Int](repeating: 1, count: Int(before % 7) + 1000)
    #expect(array.count >= 1000)
    #expect(allocation_count() > before)
  }
}
