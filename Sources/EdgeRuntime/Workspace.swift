/// What one run of a program works on: memory for its values and each thread's scratch, and the
/// loop that its threads run.
final class Workspace: Sendable {
  let barrier: Barrier
  /// Runs all steps as one of the threads; made once, so that a run allocates nothing.
  let job: ThreadPool.Job
  private let memory: Memory
  private let steps: [Program.Step]

  /// - Parameter afterStep: called on the calling thread with the index of each step that is done
  ///   everywhere.
  init(
    planned: Int, scratch: Int, threads: Int, steps: [Program.Step],
    afterStep: (@Sendable (Int) -> Void)? = nil
  ) {
    let (memory, barrier) = (
      Memory(planned: planned, scratch: scratch, threads: threads), Barrier()
    )
    self.memory = memory
    self.barrier = barrier
    self.steps = steps
    job = { thread in
      let frame = memory.frame(thread)
      for round in steps.indices {
        let share = steps[round].shares[thread]
        if !share.isEmpty { steps[round].call.run(frame, share) }
        barrier.wait(threads: threads, round: round)
        if thread == 0 { afterStep?(round) }
      }
    }
  }

  /// All threads' shares one after the other: the same bits without the pool.
  func runAlone() {
    let frame = memory.frame(0)
    for step in steps {
      for share in step.shares where !share.isEmpty { step.call.run(frame, share) }
    }
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
