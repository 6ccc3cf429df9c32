/// What one run of a program works on: memory for its values and each thread's scratch, and the
/// loop that its threads run.
final class Workspace: Sendable {
  private let memory: Memory
  private let board: ShareBoard
  /// Runs all steps as one of the threads; made once, so that a run allocates nothing.
  private let job: ThreadPool.Job

  /// - Parameter afterStep: called on the calling thread with the index of each step that is done.
  init(
    planned: Int, scratch: Int, threads: Int, steps: [Program.Step],
    afterStep: (@Sendable (Int) -> Void)? = nil
  ) {
    let memory = Memory(planned: planned, scratch: scratch, threads: threads)
    let board = ShareBoard(
      shares: steps.map { step in step.shares.count { !$0.isEmpty } }, threads: threads)
    self.memory = memory
    self.board = board
    job = { thread in
      let frame = memory.frame(thread)
      let run = board.currentRun
      for index in steps.indices {
        for offset in 0..<threads {
          let owner = (thread + offset) % threads
          let share = steps[index].shares[owner]
          if share.isEmpty || !board.claim(step: index, share: owner, run: run) { continue }
          steps[index].call.run(frame, share)
          board.finishShare()
        }
        board.wait(step: index, run: run)
        if thread == 0 { afterStep?(index) }
      }
    }
  }

  /// Runs all steps on the pool, or on this thread alone where another run has it, with the same
  /// result. Allocates nothing.
  func run(threads: Int) {
    board.begin()
    if !ThreadPool.shared.run(threads: threads, job) { job(0) }
  }

  func frame(_ thread: Int) -> Frame { memory.frame(thread) }

  func copy(_ operand: Operand) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(operand.rows * operand.columns)
    for row in 0..<operand.rows {
      unsafe result.append(
        contentsOf: UnsafeBufferPointer(
          start: operand.pointer(frame(0), row: row), count: operand.columns))
    }
    return result
  }
}

/// One block of memory: the planned values, then the scratch of every thread.
@safe private final class Memory: @unchecked Sendable {
  // Safe to share: only one run uses a workspace at a time, and its threads write disjoint parts
  // between two meetings at the barrier.
  private let start: UnsafeMutablePointer<Float>
  private let planned, scratch: Int

  init(planned: Int, scratch: Int, threads: Int) {
    let line = 16  // floats of a cache line
    self.planned = (planned + line - 1) / line * line
    self.scratch = (scratch + line - 1) / line * line
    unsafe start = alignedFloats(self.planned + self.scratch * threads)
  }

  deinit { unsafe start.deallocate() }

  func frame(_ thread: Int) -> Frame {
    unsafe Frame(memory: start, scratch: start + (planned + scratch * thread))
  }
}
