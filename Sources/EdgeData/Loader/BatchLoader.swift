import EdgeGraph

/// Reads and prepares the batches of an epoch ahead of their use, on threads of its own.
///
/// Batches come in order and are the same for any number of threads. Several threads work on one
/// batch, so that it is ready soon; memory holds at most `depth` batches, those that the consumer
/// keeps included (one more where it keeps all and asks for another). Buffers are allocated for the
/// largest batch and used again.
///
/// The threads have a lower priority than those that compute: on a machine with all processors at
/// work they take little, and more only while the consumer waits.
public final class BatchLoader: Sendable {
  private let worker: Worker
  private let threads: [WorkerThread]

  /// For a machine with so many processors: one thread for each four, at least one. Preparing a
  /// picture takes a few percent of the time that a training step on a processor takes for it.
  public static func defaultWorkers(processors: Int) -> Int { max(1, processors / 4) }

  /// - Parameters:
  ///   - requests: all batches of the epoch, from a ``BatchSampler``.
  ///   - first: the batch to begin with, to go on with an epoch.
  ///   - seed: of the run; with `epoch`, it tells the random numbers for every picture.
  ///   - workers: threads to start; with none, ``next()`` does the work itself.
  ///   - depth: how many batches memory may hold, at least 1; one that is used, one that is ready
  ///     and one in the making are enough.
  ///   - targetCount: how many values the targets of one picture have, by the network's height and
  ///     width; not negative.
  ///   - prepare: writes one picture and its targets.
  /// - Precondition: no request is empty, and all indices are in the data set.
  public init(
    _ dataset: any PictureSource, requests: [BatchRequest], startingAt first: Int = 0,
    seed: UInt64, epoch: Int, workers: Int, depth: Int = 3,
    targetCount: @escaping @Sendable (_ height: Int, _ width: Int) -> Int = { _, _ in 0 },
    prepare: @escaping SamplePreparation
  ) {
    precondition(0...requests.count ~= first, "batch \(first) of \(requests.count)")
    precondition(depth > 0 && workers >= 0, "depth \(depth), \(workers) workers")
    precondition(requests.allSatisfy { $0.count > 0 }, "an empty batch")
    let layouts = BatchLayout.layouts(of: requests, targetCount: targetCount)
    let worker = Worker(
      dataset, requests, layouts, first: first, seed: seed, epoch: epoch, depth: depth,
      prepare: prepare)
    self.worker = worker
    threads = (0..<workers).compactMap { _ in WorkerThread { worker.run() } }
  }

  /// Stops the threads, each after the picture that it is at.
  deinit {
    worker.cancel()
    for thread in threads { thread.join() }
  }

  /// The next batch, as soon as it is ready; nil after the last. To be called by one thread at a
  /// time.
  ///
  /// - Throws: for the first picture, in order, that can't be read or prepared, once the batches
  ///   before it have been given; and again with every further call.
  public func next() throws(LoadingError) -> Batch? {
    try worker.next(isAlone: threads.isEmpty)
  }
}

/// The part of a loader that its threads know; it lives until the last of them and the last batch
/// are gone.
private final class Worker: Sendable {
  private let dataset: any PictureSource
  private let requests: [BatchRequest]
  private let layouts: [BatchLayout]
  /// The number of the first picture of each batch.
  private let positions: [Int]
  private let seed: UInt64
  private let epoch: Int
  private let prepare: SamplePreparation
  private let state: Monitor<LoaderState>

  init(
    _ dataset: any PictureSource, _ requests: [BatchRequest], _ layouts: [BatchLayout],
    first: Int, seed: UInt64, epoch: Int, depth: Int, prepare: @escaping SamplePreparation
  ) {
    (self.dataset, self.requests, self.layouts) = (dataset, requests, layouts)
    (self.seed, self.epoch, self.prepare) = (seed, epoch, prepare)
    var positions = [0]
    for request in requests { positions.append((positions.last ?? 0) + request.count) }
    self.positions = positions
    let largest = layouts.map(\.count).max() ?? 0
    state = Monitor(
      LoaderState(
        batchSizes: requests.map(\.count), first: first, depth: depth, capacity: largest))
  }

  func run() {
    while true {
      // A job, or the end.
      let job: LoaderState.Job?? = state.wait { state in
        if let job = state.takeJob() { return .some(.some(job)) }
        return state.isFinished ? .some(.none) : .none
      }
      guard let job = job.flatMap(\.self) else { return }
      perform(job)
    }
  }

  func cancel() {
    state.withLock { $0.isCancelled = true }
    state.wakeAll()
  }

  func next(isAlone: Bool) throws(LoadingError) -> Batch? {
    while true {
      switch state.withLock({ $0.deliver() }) ?? wait(isAlone) {
      case .ready(let number, let buffer): return batch(number, buffer)
      case .failed(let error): throw error
      case .end: return nil
      case nil: continue
      }
    }
  }

  /// What comes of waiting, or of doing one picture's work.
  private func wait(_ isAlone: Bool) -> LoaderState.Delivery? {
    if isAlone {
      if let job = state.withLock({ $0.takeJob() }) { perform(job) }
      return nil
    }
    state.wakeAll()
    return state.wait { $0.deliver() }
  }

  private func batch(_ number: Int, _ buffer: FloatBuffer) -> Batch {
    let request = requests[number]
    let loan = BufferLoan(buffer) { [state] buffer in
      state.withLock { $0.giveBack(buffer) }
      state.wakeAll()
    }
    return Batch(
      images: BatchImages(loan, range: layouts[number].images),
      targets: BatchImages(loan, range: layouts[number].targets), indices: request.indices,
      height: request.height, width: request.width)
  }

  private func perform(_ job: LoaderState.Job) {
    let request = requests[job.batch]
    let index = request.indices[job.slot]
    let sample = SampleRequest(
      index: index, name: dataset.name(at: index), repeats: request.repeats[job.slot],
      position: positions[job.batch] + job.slot, height: request.height, width: request.width)
    var failure: LoadingError?
    do {
      let content = try dataset.content(at: index)
      var stream = sample.randomStream(seed: seed, epoch: epoch)
      let layout = layouts[job.batch]
      try job.buffer.withMutableFloats(layout.image(job.slot), layout.targets(job.slot)) {
        image, targets in
        try prepare(content, sample, &stream, &image, &targets)
      }
    } catch {
      failure = LoadingError(index: index, name: sample.name, reason: error)
    }
    if state.withLock({ $0.finish(job, failure) }) { state.wakeAll() }
  }
}
