import EdgeFormats
import EdgeTraining
import EdgeVision

/// Tells people and files how a run goes on, and keeps its checkpoints.
final class TrainingReporter: RunObserver {
  private let folder: CheckpointFolder
  private let recipe: TrainingRecipe
  private let log: RunLog
  private let events: EventFile
  private var pictures: TrainingPictures
  private var epochStart = ContinuousClock.now
  private var lastShown = ContinuousClock.now
  private var lastSummary: EpochSummary?

  /// Log lines of epochs that the run has yet to do are removed.
  init(_ run: TrainingRun, folder: CheckpointFolder) throws {
    self.folder = folder
    recipe = run.recipe
    pictures = TrainingPictures(run, folder: folder.path)
    let done = run.position.epoch
    log = try RunLog("\(folder.path)/log.jsonl", resumingAfter: done == 0 ? nil : done)
    events = try EventFile(folder: folder.path)
    if done > 0 { try events.writeStart(step: run.position.step) }
  }

  func shouldGoOn(after progress: StepProgress, of run: TrainingRun) -> Bool {
    if progress.step <= 1 { epochStart = .now }
    if isTimeToShow { Console.replaceLine(line(progress).line(columns: 80)) }
    if !Console.isInteractive, let every = recipe.logEvery, progress.step % every == 0 {
      Console.note(line(progress).report)
    }
    return !StopSignal.isRequested
  }

  func evaluating(_ done: Int, of total: Int) {
    if isTimeToShow { Console.replaceLine("validation: \(done) of \(total) pictures") }
  }

  func skipped(_ failure: NonfiniteStep) {
    clearLine()
    Console.note("warning: a batch was left out: \(failure)")
  }

  func finished(_ summary: EpochSummary, of run: TrainingRun) throws {
    clearLine()
    let record = EpochRecord(summary)
    try Console.result([record.summary(epochs: recipe.epochs)])
    try log.append(record)
    try events.write(record.scalars, step: summary.step)
    for averaged in [false, true] where averaged ? summary.isBestAverage : summary.isBest {
      try folder.saveBest(
        run.weights(averaged: averaged), areAverages: averaged, metadata: run.metadata)
    }
    if (summary.epoch + 1) % recipe.saveEvery == 0 || summary.epoch + 1 == recipe.epochs {
      try folder.save(run.checkpoint)
    }
    if let confusion = (summary.averaged ?? summary.validation).confusion {
      try AtomicFile.write(
        confusion.csv(names: run.classNames), to: "\(folder.path)/confusion.csv")
    }
    pictures.draw(summary)
    lastSummary = summary
  }

  /// Saves a run that was stopped and says how to go on with it, or says what came of it.
  func end(_ run: TrainingRun, isComplete: Bool) throws {
    clearLine()
    guard isComplete else {
      try folder.save(run.checkpoint)
      Console.note("stopped at step \(run.position.step) and saved; to go on:")
      Console.note("  edgevision train --resume \(folder.last)")
      return
    }
    if let last = lastSummary {
      let evaluation = last.averaged ?? last.validation
      try Console.result([""] + evaluation.lines(classNames: run.classNames, classes: 20) + [""])
    }
    for (best, path) in [
      (run.position.best, folder.best), (run.position.bestAverage, folder.bestAverage),
    ] {
      guard let best else { continue }
      try Console.result([
        "best \(best.figure.title) \(fixed(best.value, digits: best.figure.digits)) "
          + "\(best.figure.isPercentage ? "% " : "")in epoch \(best.epoch + 1): \(path)"
      ])
    }
  }

  /// A few times a second, where a person watches.
  private var isTimeToShow: Bool {
    guard Console.isInteractive, lastShown.duration(to: .now) > .milliseconds(200) else {
      return false
    }
    lastShown = .now
    return true
  }

  private func clearLine() { if Console.isInteractive { Console.replaceLine("") } }

  private func line(_ progress: StepProgress) -> TrainingProgress {
    var line = TrainingProgress(
      epoch: progress.epoch + 1, epochs: progress.epochs, step: progress.step,
      steps: progress.steps)
    let seconds = epochStart.duration(to: .now) / .seconds(1)
    let perStep = max(seconds, 1e-9) / Double(max(progress.step - 1, 1))
    let stepsLeft = (progress.epochs - progress.epoch) * progress.steps - progress.step
    line.imagesPerSecond = Double(recipe.imagesPerStep) / perStep
    line.loss = progress.loss
    line.learningRate = progress.learningRate
    line.secondsLeft = Double(stepsLeft) * perStep
    return line
  }
}
