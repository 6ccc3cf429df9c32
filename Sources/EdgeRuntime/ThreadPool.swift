import CEdgeKernels
import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The process's worker threads. A job runs on the caller and on some workers at once; the workers
/// spin for a moment after a job, so that the next one starts at once, and then sleep.
final class ThreadPool: Sendable {
  /// Work that is done by several threads, each with an index of its own.
  typealias Job = @Sendable (_ thread: Int) -> Void

  static let shared = ThreadPool()

  private let isBusy = Atomic(false)
  private let workers = Mutex<[Worker]>([])

  /// Calls `job` once for every index below `threads`, all at the same time, and returns true when
  /// all have returned; false, without calling anything, where another caller has the pool.
  /// Allocates only where it starts threads.
  func run(threads: Int, _ job: @escaping Job) -> Bool {
    guard threads > 1 else {
      job(0)
      return true
    }
    guard !isBusy.exchange(true, ordering: .acquiring) else { return false }
    defer { isBusy.store(false, ordering: .releasing) }
    let team = team(threads - 1)
    for (index, worker) in team.enumerated() { worker.start(job, thread: index + 1) }
    job(0)
    for worker in team { worker.join() }
    return true
  }

  private func team(_ count: Int) -> ArraySlice<Worker> {
    workers.withLock { workers in
      while workers.count < count { workers.append(Worker()) }
      return workers[..<count]
    }
  }
}

/// One thread that waits for jobs for as long as the process lives.
private final class Worker: Sendable {
  /// In a structure of its own: a function inside an optional tuple would be wrapped, and so
  /// allocate, at every start.
  private struct Work: Sendable {
    let job: ThreadPool.Job
    let thread: Int
  }

  private let work = Mutex<Work?>(nil)
  private let started = Atomic(0)
  private let finished = Atomic(0)
  private let isAsleep = Atomic(false)
  private let wake = DispatchSemaphore(value: 0)

  init() {
    Thread.detach { [self] in loop() }
  }

  func start(_ job: @escaping ThreadPool.Job, thread: Int) {
    work.withLock { $0 = Work(job: job, thread: thread) }
    started.add(1, ordering: .sequentiallyConsistent)
    if isAsleep.exchange(false, ordering: .sequentiallyConsistent) { wake.signal() }
  }

  func join() {
    let target = started.load(ordering: .relaxed)
    var spins = Spins()
    while finished.load(ordering: .acquiring) != target { spins.pause() }
  }

  private func loop() {
    var done = 0
    while true {
      wait(past: done)
      done += 1
      let taken = work.withLock { work in
        defer { work = nil }
        return work
      }
      if let taken { taken.job(taken.thread) }
      finished.store(done, ordering: .releasing)
    }
  }

  /// Returns when more jobs were started than `done`.
  private func wait(past done: Int) {
    for _ in 0..<Spins.beforeSleep {
      if started.load(ordering: .acquiring) > done { return }
      Spins.hint()
    }
    isAsleep.store(true, ordering: .sequentiallyConsistent)
    if started.load(ordering: .sequentiallyConsistent) > done {
      // The starter may have seen the flag and signaled: take that signal, or the flag back.
      if isAsleep.exchange(false, ordering: .sequentiallyConsistent) { return }
    }
    wake.wait()
  }
}

/// A meeting point of the threads of one job, used again and again.
final class Barrier: Sendable {
  private let arrivals = Atomic(0)

  /// - Parameter round: how often these threads have met here before.
  func wait(threads: Int, round: Int) {
    let target = threads * (round + 1)
    if arrivals.add(1, ordering: .acquiringAndReleasing).newValue == target { return }
    var spins = Spins()
    while arrivals.load(ordering: .acquiring) < target { spins.pause() }
  }

  /// - Precondition: nobody waits.
  func reset() { arrivals.store(0, ordering: .relaxed) }
}

/// Waiting without sleeping: spins, and gives the processor away once that takes long.
struct Spins {
  /// Some hundred microseconds.
  static let beforeSleep = 4_000
  private var count = 0

  mutating func pause() {
    count += 1
    if count < Self.beforeSleep { Self.hint() } else { sched_yield() }
  }

  @inline(__always)
  static func hint() { ek_pause() }
}
