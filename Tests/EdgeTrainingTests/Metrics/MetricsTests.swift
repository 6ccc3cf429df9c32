import Testing

@testable import EdgeTraining

@Suite struct MetricsTests {
  @Test func meansAreWeighted() {
    var mean = RunningMean()
    #expect(mean.mean == nil)
    mean.add(1, count: 3)
    mean.add(5)
    #expect(mean.mean == 2 && mean.count == 4)
  }

  @Test(
    arguments: [
      ([3, 1, 2], 0, 0), ([3, 1, 2], 2, 1), ([3, 1, 2], 1, 2), ([1, 1, 1], 0, 0),
      ([1, 1, 1], 2, 2), ([1, 2, 1, 2], 3, 1), ([1, .nan, 3], 1, 0), ([1, .nan, 3], 2, 1),
      ([.nan, .nan], 1, 1), ([.infinity, -.infinity, .nan], 0, 1),
      ([-.infinity, -.infinity], 1, 1),
    ] as [([Float], Int, Int)])
  func ranksAsTopK(logits: [Float], label: Int, rank: Int) {
    #expect(ClassificationMetrics.rank(of: label, in: ([9, 9] + logits)[2...]) == rank)
  }

  @Test func accuraciesAndLoss() throws {
    var metrics = ClassificationMetrics(classes: 6, countsConfusion: true)
    #expect(metrics.top1 == nil && metrics.top5 == nil && metrics.loss == nil)
    metrics.add(logits: [6, 5, 4, 3, 2, 1, 6, 5, 4, 3, 2, 1], labels: [0, 5])
    metrics.add(logits: [6, 5, 4, 3, 2, 1], labels: [4])
    metrics.add(logits: [1000, 0, 0, 0, 0, 0], labels: [0])
    #expect(metrics.count == 4 && metrics.top1 == 50 && metrics.top5 == 75)
    // log Σ exp(−k), k = 0...5, is 0.45619331601812; to it, 0, 5 and 4 are added; the last is 0.
    let expected = (3 * 0.45619331601812 + 9) / 4
    #expect(abs(try #require(metrics.loss) - expected) < 1e-10)
    let confusion = try #require(metrics.confusion)
    #expect(confusion[0, 0] == 2 && confusion[5, 0] == 1 && confusion[4, 0] == 1)
    #expect(confusion.accuracies == [100, nil, nil, nil, 0, 0])
  }

  /// With at most five classes, every class is among the five likeliest.
  @Test func fewClasses() {
    var metrics = ClassificationMetrics(classes: 2)
    metrics.add(logits: [1, 0], labels: [1])
    #expect(metrics.top1 == 0 && metrics.top5 == 100 && metrics.confusion == nil)
  }

  @Test func confusionAsATable() {
    var confusion = ConfusionMatrix(classes: 2)
    confusion.add(label: 0, predicted: 1)
    confusion.add(label: 1, predicted: 1)
    #expect(
      confusion.csv(names: ["cat, tabby", "the \"dog\""])
        == "label,\"cat, tabby\",\"the \"\"dog\"\"\"\r\n\"cat, tabby\",0,1\r\n"
        + "\"the \"\"dog\"\"\",0,1\r\n")
  }
}
