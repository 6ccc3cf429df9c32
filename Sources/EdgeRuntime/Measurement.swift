import CEdgeKernels
import EdgeGraph
import Synchronization

extension Program {
  /// Times of whole runs, and of each kernel call if asked for.
  public struct Measurement: Sendable {
    /// One duration for every counted run, in order.
    public let runs: [Duration]
    /// Totals over the counted runs, in the order of the program.
    public let kernels: [KernelTime]
  }

  /// How long one kernel call took in all counted runs together.
  public struct KernelTime: Sendable {
    public let operation: String
    public let path: String
    public let cost: Cost
    public let total: Duration
  }

  /// Runs the program again and again on the same inputs.
  ///
  /// - Parameters:
  ///   - fill: writes the input of the given index, once.
  ///   - warmup: runs that are not counted.
  ///   - profiling: whether to time each kernel call, which costs the runs a little.
  public func measure(
    warmup: Int, runs: Int, profiling: Bool = false,
    fill: (Int, inout MutableSpan<Float>) -> Void
  ) -> Measurement {
    let profile = Profile(steps: steps.count)
    let workspace =
      if profiling { makeWorkspace { profile.finish(step: $0) } } else { makeWorkspace() }
    prepare(workspace, fill)
    for _ in 0..<warmup { execute(workspace) }
    profile.reset()
    let clock = ContinuousClock()
    var times: [Duration] = []
    for _ in 0..<runs {
      let start = clock.now
      profile.start(at: start)
      execute(workspace)
      times.append(clock.now - start)
    }
    let kernels = zip(profiling ? steps : [], profile.totals).map { step, total in
      KernelTime(operation: step.operation, path: step.path, cost: step.cost, total: total)
    }
    return Measurement(runs: times, kernels: kernels)
  }
}

/// The time that each step took, seen from the calling thread.
private final class Profile: Sendable {
  private struct State {
    var last: ContinuousClock.Instant
    var totals: [Duration]
  }

  private let state: Mutex<State>

  init(steps: Int) {
    state = Mutex(
      State(last: ContinuousClock().now, totals: [Duration](repeating: .zero, count: steps)))
  }

  func reset() {
    state.withLock { state in
      for step in state.totals.indices { state.totals[step] = .zero }
    }
  }

  func start(at time: ContinuousClock.Instant) { state.withLock { $0.last = time } }

  func finish(step: Int) {
    let now = ContinuousClock().now
    state.withLock { state in
      state.totals[step] += now - state.last
      state.last = now
    }
  }

  var totals: [Duration] { state.withLock(\.totals) }
}

extension ISA {
  /// The float32 rate of multiply-adds in registers that this machine reaches right now, in
  /// operations (two for each multiply-add) a second, on `threads` threads.
  public func measuredPeak(threads: Int) -> Double {
    let rounds = (0..<5).map { _ in peakOnce(threads: threads) }
    return rounds.max() ?? 0
  }

  private func peakOnce(threads: Int) -> Double {
    let iterations: Int64 = 200_000
    let operations = Mutex(0.0)
    let time = ContinuousClock().measure {
      _ = ThreadPool.shared.run(threads: threads) { _ in
        var sink: Float = 0
        let count = unsafe ek_peak_flops(code, iterations, &sink)
        operations.withLock { $0 += count }
      }
    }
    return operations.withLock { $0 } / (time / .seconds(1))
  }
}
