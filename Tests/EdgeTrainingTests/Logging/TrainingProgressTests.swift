import Testing

@testable import EdgeTraining

@Suite struct TrainingProgressTests {
  private var progress: TrainingProgress {
    var progress = TrainingProgress(epoch: 2, epochs: 30, step: 57, steps: 100)
    (progress.imagesPerSecond, progress.loss, progress.learningRate) = (411.6, 2.31704, 5.9981e-3)
    progress.secondsLeft = 3723
    return progress
  }

  @Test func drawsALine() {
    let figures = "57% 412 img/s loss 2.3170 lr 6.00e-3 left 1:02:03"
    #expect(
      progress.line(columns: 120) == "epoch 2/30 [=================>            ] " + figures)
    #expect(progress.line(columns: 72) == "epoch 2/30 [====>   ] " + figures)
    #expect(progress.line(columns: 30) == "epoch 2/30 [==>  ] 57% 412 im")
    #expect(progress.line(columns: 0) == "")
    #expect(progress.report == "epoch 2/30 step 57/100 " + figures.dropFirst(4))
  }

  @Test(arguments: 0...60) func fillsItsColumns(step: Int) {
    var progress = progress
    (progress.step, progress.steps) = (step, 60)
    #expect(progress.line(columns: 80).count <= 79)
    #expect(progress.line(columns: 80).contains(step == 60 ? "=]" : step == 0 ? "[ " : ">"))
  }

  @Test func takesAnyFigures() {
    var progress = TrainingProgress(epoch: 1, epochs: 1, step: 9, steps: 0)
    (progress.imagesPerSecond, progress.loss, progress.learningRate) = (0.25, .nan, 0)
    progress.secondsLeft = .infinity
    #expect(progress.report == "epoch 1/1 step 9/0 0.3 img/s loss nan lr 0.0 left ?")
  }

  @Test(
    arguments: [
      (0, "0:00"), (59.4, "0:59"), (59.6, "1:00"), (3599, "59:59"), (3600, "1:00:00"),
      (86_399, "23:59:59"), (90_000, "1d 1h"), (-1, "?"), (.nan, "?"),
    ] as [(Double, String)])
  func durations(seconds: Double, text: String) {
    #expect(TrainingProgress.duration(seconds) == text)
  }

  @Test(
    arguments: [
      (6e-3, "6.00e-3"), (9.996e-4, "1.00e-3"), (1, "1.00e0"), (-12.5, "-1.25e1"), (0, "0.0"),
      (1e-300, "1.00e-300"), (.infinity, "inf"),
    ] as [(Double, String)])
  func smallNumbers(value: Double, text: String) { #expect(scientific(value) == text) }

  @Test func tellsOfAnEpoch() {
    var record = EpochRecord(epoch: 2, step: 20)
    record.trainLoss = 2.31704
    record.results = [
      .init(.top1, 51.255), .init(.top5, nil), .init(.loss, 1.5), .init(.top1, isAverage: true, 0),
    ]
    (record.seconds, record.imagesPerSecond) = (75, 411.6)
    #expect(
      record.summary(epochs: 30)
        == "epoch 2/30 train 2.3170 loss 1.5000 top1 51.26 top1 ema 0.00 img/s 412 1:15")
    #expect(
      record.scalars.map(\.tag) == [
        "loss/train", "loss/validation", "accuracy/top1", "accuracy/top1_ema", "speed/images_per_s",
      ])
  }
}
