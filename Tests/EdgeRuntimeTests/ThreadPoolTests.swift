import Foundation
import Synchronization
import Testing

@testable import EdgeRuntime

@Suite struct ThreadPoolTests {
  @Test(arguments: 1...6)
  func everyIndexIsCalledOnce(threads: Int) {
    let calls = Mutex([Int](repeating: 0, count: threads))
    let ran = ThreadPool().run(threads: threads) { index in
      calls.withLock { $0[index] += 1 }
    }
    #expect(ran)
    #expect(calls.withLock { $0 } == [Int](repeating: 1, count: threads))
  }

  /// All threads of a job run at once, or they would wait for each other forever.
  @Test(arguments: [2, 3, 5])
  func threadsMeetAtABarrier(threads: Int) {
    let barrier = Barrier()
    let late = Atomic(0)
    let order = Atomic(0)
    let pool = ThreadPool()
    for _ in 0..<20 {
      barrier.reset()
      order.store(0, ordering: .relaxed)
      let ran = pool.run(threads: threads) { _ in
        for round in 0..<30 {
          order.add(1, ordering: .relaxed)
          barrier.wait(threads: threads, round: round)
          if order.load(ordering: .relaxed) < threads * (round + 1) {
            late.add(1, ordering: .relaxed)
          }
        }
      }
      #expect(ran)
    }
    #expect(late.load(ordering: .relaxed) == 0)
  }

  @Test func aBusyPoolCallsNothing() {
    let pool = ThreadPool()
    let calls = Atomic(0)
    let inner = Atomic(true)
    let ran = pool.run(threads: 2) { index in
      guard index == 0 else { return }
      let nested = pool.run(threads: 2) { _ in calls.add(1, ordering: .relaxed) }
      inner.store(nested, ordering: .relaxed)
    }
    #expect(ran)
    #expect(inner.load(ordering: .relaxed) == false)
    #expect(calls.load(ordering: .relaxed) == 0)
    #expect(pool.run(threads: 2) { _ in calls.add(1, ordering: .relaxed) })
    #expect(calls.load(ordering: .relaxed) == 2)
  }

  /// One thread needs no pool, so it never finds it busy.
  @Test func aSingleThreadAlwaysRuns() {
    let pool = ThreadPool()
    let inner = Atomic(false)
    let ran = pool.run(threads: 2) { index in
      guard index == 0 else { return }
      inner.store(pool.run(threads: 1) { _ in }, ordering: .relaxed)
    }
    #expect(ran && inner.load(ordering: .relaxed))
  }

  @Test func manyQuickJobsInARow() {
    let pool = ThreadPool()
    let calls = Atomic(0)
    for index in 0..<3_000 {
      let threads = 2 + index % 2
      #expect(pool.run(threads: threads) { _ in calls.add(1, ordering: .relaxed) })
    }
    #expect(calls.load(ordering: .relaxed) == 1_500 * 2 + 1_500 * 3)
  }

  /// Pauses around the time after which a worker falls asleep: no job is missed, none runs twice.
  @Test func jobsReachWorkersThatAreFallingAsleep() {
    let pool = ThreadPool()
    let calls = Atomic(0)
    for index in 0..<300 {
      #expect(pool.run(threads: 3) { _ in calls.add(1, ordering: .relaxed) })
      usleep(UInt32(index % 30 * 20))
    }
    #expect(calls.load(ordering: .relaxed) == 900)
  }

  /// In a process of its own, so that no other test's time counts.
  @Test func idleWorkersSleep() async {
    await #expect(processExitsWith: .success) {
      #expect(ThreadPool.shared.run(threads: 4) { _ in })
      usleep(50_000)  // they spin for a moment first
      let before = clock()
      usleep(200_000)
      let busy = Double(clock() - before) / Double(CLOCKS_PER_SEC)
      #expect(busy < 0.02)
    }
  }
}
