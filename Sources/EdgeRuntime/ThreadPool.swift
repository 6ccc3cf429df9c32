import CEdgeKernels
import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The process's worker threads. A job is done by the caller, with the help of those workers that
/// the system lets run; the caller never waits for one that has not come. Workers spin for a moment
/// after a job, so that the next one starts at once, and then sleep.
final class ThreadPool: Sendable {
  /// Work that several threads can do together, each with an index of its own.
  typealias Job = @Sendable (_ thread: Int) -> Void

  static let shared = ThreadPool()

  private let isBusy = Atomic(false)
  private let workers = Mutex<[Worker]>([])

  /// Calls `job(0)`, and offers the job to workers, who call it with the indices up to `threads`.
  /// Returns true when `job(0)` has returned; a worker may begin or be at it still. False, without
  /// calling anything, where another caller has the pool. Allocates only where it starts threads.
  func run(threads: Int, _ job: @escaping Job) -> Bool {
    guard threads > 1 else {
      job(0)
      return true
    }
    guard !isBusy.exchange(true, ordering: .acquiring) else { return false }
    defer { isBusy.store(false, ordering: .releasing) }
    let team = team(threads - 1)
    for (index, worker) in team.enumerated() { worker.offer(job, thread: index + 1) }
    job(0)
    for worker in team { worker.withdraw() }
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
  /// allocate, at every offer.
  private struct Offer: Sendable {
    let job: ThreadPool.Job
    let thread: Int
  }

  private let offer = Mutex<Offer?>(nil)
  private let hasOffer = Atomic(false)
  private let isAsleep = Atomic(false)
  private let wake = DispatchSemaphore(value: 0)

  init() {
    Thread.detach { [self] in loop() }
  }

  func offer(_ job: @escaping ThreadPool.Job, thread: Int) {
    offer.withLock { $0 = Offer(job: job, thread: thread) }
    hasOffer.store(true, ordering: .sequentiallyConsistent)
    if isAsleep.exchange(false, ordering: .sequentiallyConsistent) { wake.signal() }
  }

  /// Takes the offer back if the worker has not begun.
  func withdraw() {
    hasOffer.store(false, ordering: .relaxed)
    offer.withLock { $0 = nil }
  }

  private func loop() {
    while true {
      waitForOffer()
      hasOffer.store(false, ordering: .relaxed)
      let taken = offer.withLock { offer in
        defer { offer = nil }
        return offer
      }
      if let taken { taken.job(taken.thread) }
    }
  }

  private func waitForOffer() {
    for _ in 0..<Spins.beforeSleep {
      if hasOffer.load(ordering: .acquiring) { return }
      Spins.hint()
    }
    isAsleep.store(true, ordering: .sequentiallyConsistent)
    if hasOffer.load(ordering: .sequentiallyConsistent) {
      // The caller may have seen the flag and signaled: take that signal, or the flag back.
      if isAsleep.exchange(false, ordering: .sequentiallyConsistent) { return }
    }
    wake.wait()
  }
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
