import EdgeBoxes
import TestSupport
import Testing

@testable import EdgeTraining

@Suite struct DetectionMetricsTests {
  @Test func agreesWithPycocotools() throws {
    for golden in try MetricsGolden().coco {
      var metrics = DetectionMetrics(classes: golden.classes)
      for image in golden.images { metrics.add(detections: image.found, objects: image.crowds) }
      #expect(metrics.images == golden.images.count)
      let difference = largestDifference(metrics.figures.map(\.value), golden.figures)
      #expect(difference < 1e-9, "\(golden.name): \(metrics.figures)")
      #expect(
        metrics.perClass.map { $0 == nil } == golden.perClass.map { $0 == nil }, "\(golden.name)")
      let precisions = largestDifference(
        metrics.perClass.map { $0 ?? -1 }, golden.perClass.map { $0 ?? -1 })
      #expect(precisions < 1e-9, "\(golden.name)")
    }
  }

  @Test func namesAndOrderAreCOCOs() {
    let figures = DetectionMetrics(classes: 1).figures
    #expect(
      figures.map(\.name) == [
        "AP", "AP50", "AP75", "AP_small", "AP_medium", "AP_large", "AR_1", "AR_10", "AR_100",
        "AR_small", "AR_medium", "AR_large",
      ])
    #expect(figures.allSatisfy { $0.value == -1 })
  }

  @Test func thresholdsAreNumPys() {
    #expect(DetectionMatching.thresholds.count == 10 && DetectionMatching.recalls.count == 101)
    #expect(DetectionMatching.thresholds[0] == 0.5 && DetectionMatching.thresholds[5] == 0.75)
    #expect(DetectionMatching.thresholds[9] == 0.95 && DetectionMatching.recalls[100] == 1)
  }

  /// Everything found, and nothing else.
  @Test func perfection() {
    var metrics = DetectionMetrics(classes: 2)
    for index in 0..<5 {
      let box = Box(left: 0, top: 0, right: 10, bottom: 10 + Double(index))
      metrics.add(
        detections: [Detection(box: box, label: 1, score: 0.5)],
        objects: [GroundTruth(box: box, label: 1)])
    }
    #expect(metrics.perClass == [nil, 1])
    let expected: [Double] = [1, 1, 1, 1, -1, -1, 1, 1, 1, 1, -1, -1]
    #expect(largestDifference(metrics.figures.map(\.value), expected) < 1e-12)
  }

  /// A crowd is neither expected nor taken by one detection alone.
  @Test func crowdsAreNeitherRightNorWrong() {
    let crowd = Box(left: 0, top: 0, right: 100, bottom: 100)
    let object = Box(left: 200, top: 0, right: 220, bottom: 20)
    let within = Box(left: 10, top: 10, right: 20, bottom: 20)
    var metrics = DetectionMetrics(classes: 1)
    metrics.add(
      detections: [
        Detection(box: within, label: 0, score: 0.9), Detection(box: within, label: 0, score: 0.8),
        Detection(box: object, label: 0, score: 0.1),
      ],
      objects: [
        GroundTruth(box: crowd, label: 0, isCrowd: true), GroundTruth(box: object, label: 0),
      ])
    #expect(metrics.perClass == [1])
  }
}
