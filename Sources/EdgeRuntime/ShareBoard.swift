import Synchronization

/// Who does which share of the steps of a program, run after run.
///
/// Shares are fixed when a program is planned. A thread does its own share of a step first, and
/// then those of threads that have not come, so that nobody waits for a thread that the system
/// keeps from running. Who does a share doesn't change its result.
@safe final class ShareBoard: @unchecked Sendable {
  // Safe to share: the claims are atomic, and the memory lives as long as this object.
  /// For every step and thread the number of the last run in which the share was claimed.
  private let claims: UnsafeMutablePointer<Atomic<Int>>
  private let claimCount, threads: Int
  /// For every step the shares of it and all steps before it.
  private let sharesUntil: [Int]
  private let finished = Atomic(0)
  private let run = Atomic(0)

  /// - Parameter shares: for every step how many threads have a share of it.
  init(shares: [Int], threads: Int) {
    self.threads = threads
    claimCount = shares.count * threads
    var sum = 0
    sharesUntil = shares.map { count in
      sum += count
      return sum
    }
    unsafe claims = .allocate(capacity: max(claimCount, 1))
    for index in 0..<claimCount { unsafe (claims + index).initialize(to: Atomic(0)) }
  }

  deinit {
    unsafe claims.deinitialize(count: claimCount)
    unsafe claims.deallocate()
  }

  /// Begins the next run; what was written before is seen by all who work on it.
  /// - Precondition: the last run is finished.
  func begin() { run.add(1, ordering: .acquiringAndReleasing) }

  /// The run that is under way; one that is finished has nothing left to claim.
  var currentRun: Int { run.load(ordering: .acquiring) }

  /// Takes a share that nobody has taken in this run.
  func claim(step: Int, share: Int, run: Int) -> Bool {
    unsafe claims[step * threads + share].compareExchange(
      expected: run - 1, desired: run, ordering: .relaxed
    ).exchanged
  }

  func finishShare() { finished.add(1, ordering: .acquiringAndReleasing) }

  /// Returns when all shares of a step are finished; what they wrote is seen from then on.
  func wait(step: Int, run: Int) {
    let target = (run - 1) * (sharesUntil.last ?? 0) + sharesUntil[step]
    var spins = Spins()
    while finished.load(ordering: .acquiring) < target { spins.pause() }
  }
}
