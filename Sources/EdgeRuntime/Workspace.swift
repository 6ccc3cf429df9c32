/// What one run of a program works on: memory for its values and each thread's scratch, and the
/// loop that its threads run.
final class Workspace: Sendable {
  private let memory: Memory
  private let board: ShareBoard
  /// Runs all steps as one of the threads; made once, so that a run allocates nothing.
  private let job: ThreadPool.Job

  /// - Parameter afterStep: called on the calling thread with the index of each step that is done.
  init(
    _ memory: Memory, steps: [Plan.Step], threads: Int,
    afterStep: (@Sendable (Int) -> Void)? = nil
  ) {
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

  /// A contiguous matrix in this memory, to be read and written between runs.
  func withSpan<Failure: Error>(
    of operand: Operand, _ body: (inout MutableSpan<Float>) throws(Failure) -> Void
  ) throws(Failure) {
    precondition(operand.isContiguous, "a span of rows that are \(operand.stride) apart")
    var span = unsafe MutableSpan(
      _unsafeStart: operand.pointer(frame(0)), count: operand.rows * operand.columns)
    try body(&span)
  }

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
@safe final class Memory: @unchecked Sendable {
  // Safe to share: only one run uses a workspace at a time, and its threads write disjoint parts
  // between two meetings at the barrier.
  private let start: UnsafeMutablePointer<Float>
  let values, scratch, threads: Int

  init(values: Int, scratch: Int, threads: Int) {
    let line = 16  // floats of a cache line
    self.values = (values + line - 1) / line * line
    self.scratch = (scratch + line - 1) / line * line
    self.threads = threads
    unsafe start = alignedFloats(self.values + self.scratch * threads)
  }

  deinit { unsafe start.deallocate() }

  func frame(_ thread: Int) -> Frame {
    unsafe Frame(memory: start, scratch: start + (values + scratch * thread))
  }
}
