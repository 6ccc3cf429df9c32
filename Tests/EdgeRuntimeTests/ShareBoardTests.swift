import Synchronization
import Testing

@testable import EdgeRuntime

@Suite struct ShareBoardTests {
  @Test func aShareIsTakenOnceInARun() {
    let board = ShareBoard(shares: [2, 1], threads: 2)
    for run in 1...3 {
      board.begin()
      #expect(board.currentRun == run)
      #expect(board.claim(step: 0, share: 0, run: run))
      #expect(!board.claim(step: 0, share: 0, run: run))
      #expect(board.claim(step: 0, share: 1, run: run))
      board.finishShare()
      board.finishShare()
      board.wait(step: 0, run: run)
      #expect(board.claim(step: 1, share: 0, run: run))
      board.finishShare()
      board.wait(step: 1, run: run)
    }
  }

  /// A thread that comes late, with the number of an earlier run, gets nothing to do.
  @Test func aLateThreadTakesNothing() {
    let board = ShareBoard(shares: [1], threads: 2)
    board.begin()
    #expect(board.claim(step: 0, share: 0, run: 1))
    board.finishShare()
    board.begin()
    #expect(!board.claim(step: 0, share: 0, run: 1))
    board.wait(step: 0, run: 1)
    #expect(board.claim(step: 0, share: 0, run: 2))
  }

  /// Whoever comes does what is there; in the end every share is done once, step after step.
  @Test(arguments: [1, 2, 5])
  func stepsFollowEachOther(threads: Int) {
    let steps = 50
    let board = ShareBoard(
      shares: [Int](repeating: threads, count: steps), threads: threads)
    let pool = ThreadPool()
    let done = Atomic(0)
    let early = Atomic(0)
    for run in 1...20 {
      board.begin()
      let ran = pool.run(threads: threads) { thread in
        let current = board.currentRun
        for step in 0..<steps {
          for offset in 0..<threads {
            let share = (thread + offset) % threads
            guard board.claim(step: step, share: share, run: current) else { continue }
            let before = ((current - 1) * steps + step) * threads
            if done.add(1, ordering: .relaxed).oldValue < before {
              early.add(1, ordering: .relaxed)
            }
            board.finishShare()
          }
          board.wait(step: step, run: current)
        }
      }
      #expect(ran)
      #expect(done.load(ordering: .relaxed) == run * steps * threads)
    }
    #expect(early.load(ordering: .relaxed) == 0)
  }
}
