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
    let program = try executor.program(for: [1, 64, 64, 3])
    let workspace = program.makeWorkspace()
    program.execute(workspace)
    let foundQuietRun = (0..<500).contains { _ in
      let before = allocation_count()
      program.execute(workspace)
      return allocation_count() == before
    }
    #expect(foundQuietRun)
  }

  @Test(.enabled(if: allocation_counter_works() == 1))
  func theCounterCounts() {
    let before = allocation_count()
    let array = [Int](repeating: 1, count: Int(before % 7) + 1000)
    #expect(array.count >= 1000)
    #expect(allocation_count() > before)
  }
}
