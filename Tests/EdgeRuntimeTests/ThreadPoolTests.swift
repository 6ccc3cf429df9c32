import Foundation
import Synchronization
import Testing

@testable import EdgeRuntime

@Suite struct ThreadPoolTests {
  /// Waits until a worker, which the caller of a job does not wait for, has come.
  private func eventually(_ condition: () -> Bool) -> Bool {
    let end = ContinuousClock().now + .seconds(10)
    while !condition() {
      if ContinuousClock().now > end { return false }
      usleep(100)
    }
    return true
  }

  @Test(arguments: 1...6)
  func everyIndexIsCalledOnce(threads: Int) {
    let calls = Mutex([Int](repeating: 0, count: threads))
    let ran = ThreadPool().run(threads: threads) { index in
      calls.withLock { $0[index] += 1 }
      // The caller stays until all have come.
      if index == 0 { _ = eventually { calls.withLock { $0.reduce(0, +) } == threads } }
    }
    #expect(ran)
    #expect(calls.withLock { $0 } == [Int](repeating: 1, count: threads))
  }

  /// Workers who have not begun when the caller is done are told not to.
  @Test func nobodyWaitsForAWorkerThatIsAway() {
    let pool = ThreadPool()
    let isHeld = Atomic(true)
    let hasBegun = Atomic(false)
    let late = Atomic(0)
    #expect(
      pool.run(threads: 2) { index in
        if index == 0 {
          _ = eventually { hasBegun.load(ordering: .acquiring) }
        } else {
          hasBegun.store(true, ordering: .releasing)
          _ = eventually { !isHeld.load(ordering: .acquiring) }
        }
      })
    for _ in 0..<100 {
      #expect(pool.run(threads: 2) { index in late.add(index, ordering: .relaxed) })
    }
    isHeld.store(false, ordering: .releasing)
    usleep(20_000)
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
    #expect(calls.load(ordering: .relaxed) >= 1)
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

  /// The caller does its part of every job; no worker does more than one part of one.
  @Test func manyQuickJobsInARow() {
    let pool = ThreadPool()
    let calls = Mutex([0, 0, 0])
    for index in 0..<3_000 {
      #expect(pool.run(threads: 2 + index % 2) { thread in calls.withLock { $0[thread] += 1 } })
    }
    let counts = calls.withLock { $0 }
    #expect(counts[0] == 3_000)
    #expect(counts[1] <= 3_000 && counts[2] <= 1_500)
  }

  /// Pauses around the time after which a worker falls asleep: a job that waits for it finds it.
  @Test func jobsReachWorkersThatAreFallingAsleep() {
    let pool = ThreadPool()
    for index in 0..<300 {
      let calls = Atomic(0)
      let arrived = Atomic(false)
      #expect(
        pool.run(threads: 3) { thread in
          calls.add(1, ordering: .acquiringAndReleasing)
          guard thread == 0 else { return }
          let all = eventually { calls.load(ordering: .acquiring) == 3 }
          arrived.store(all, ordering: .relaxed)
        })
      #expect(arrived.load(ordering: .relaxed) == true)
      usleep(UInt32(index % 30 * 20))
    }
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
