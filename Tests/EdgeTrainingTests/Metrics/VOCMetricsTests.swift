import EdgeBoxes
import EdgeTraining
import TestSupport
import Testing

@Suite struct VOCMetricsTests {
  @Test(arguments: VOCMetrics.Rule.allCases)
  func agreesWithPlainLoops(rule: VOCMetrics.Rule) throws {
    for golden in try MetricsGolden().voc {
      var metrics = VOCMetrics(classes: golden.classes)
      for image in golden.images { metrics.add(detections: image.found, objects: image.difficult) }
      let expected = rule == .area ? golden.area : golden.elevenPoints
      #expect(
        metrics.perClass(rule).map { $0 == nil } == expected.map { $0 == nil }, "\(golden.name)")
      let difference = largestDifference(
        metrics.perClass(rule).map { $0 ?? -1 }, expected.map { $0 ?? -1 })
      #expect(difference < 1e-9, "\(golden.name)")
      let known = expected.compactMap(\.self)
      let mean = try #require(metrics.mean(rule))
      #expect(abs(mean - known.reduce(0, +) / Double(known.count)) < 1e-9)
    }
  }

  @Test func nothingToFind() {
    var metrics = VOCMetrics(classes: 2)
    #expect(metrics.mean(.area) == nil && metrics.perClass(.elevenPoints) == [nil, nil])
    let box = Box(left: 0, top: 0, right: 9, bottom: 9)
    metrics.add(
      detections: [Detection(box: box, label: 0, score: 1)],
      objects: [GroundTruth(box: box, label: 0, isDifficult: true)])
    #expect(metrics.mean(.area) == nil && metrics.images == 1)
  }

  /// The second one to find an object is wrong: precision 1 at recall 1/2, 2/3 at recall 1.
  @Test func findingTwiceIsWrong() throws {
    let first = Box(left: 0, top: 0, right: 10, bottom: 10)
    let second = Box(left: 50, top: 0, right: 60, bottom: 10)
    let detections = [(first, 0.9), (first, 0.8), (second, 0.7)].map {
      Detection(box: $0.0, label: 0, score: $0.1)
    }
    let objects = [first, second].map { GroundTruth(box: $0, label: 0) }
    var metrics = VOCMetrics(classes: 1)
    metrics.add(detections: detections, objects: objects)
    let area = try #require(metrics.mean(.area))
    #expect(abs(area - 5.0 / 6) < 1e-12)
    let points = try #require(metrics.mean(.elevenPoints))
    #expect(abs(points - 28.0 / 33) < 1e-12)
  }
}
