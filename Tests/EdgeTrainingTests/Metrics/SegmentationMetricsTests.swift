import EdgeTraining
import TestSupport
import Testing

@Suite struct SegmentationMetricsTests {
  @Test func agreesWithNumPy() throws {
    for golden in try MetricsGolden().segmentation {
      var metrics = SegmentationMetrics(classes: golden.classes)
      for (mask, predicted) in zip(golden.masks, golden.predicted) {
        metrics.add(predicted: predicted, mask: mask)
      }
      let classes = 0..<golden.classes
      let counts = classes.flatMap { label in classes.map { metrics.confusion[label, $0] } }
      #expect(counts == golden.confusion)
      #expect(metrics.iou == golden.iou)
      #expect(metrics.classAccuracies == golden.accuracy)
      #expect(metrics.pixelAccuracy == golden.pixelAccuracy)
      #expect(abs(try #require(metrics.meanIoU) - golden.meanIou) < 1e-12)
    }
  }

  @Test func withoutPixelsNothingIsKnown() {
    var metrics = SegmentationMetrics(classes: 2)
    metrics.add(predicted: [0, 1, 9], mask: [255, 2, 255])
    metrics.add(predicted: [], mask: [])
    #expect(metrics == SegmentationMetrics(classes: 2))
    #expect(metrics.meanIoU == nil && metrics.pixelAccuracy == nil && metrics.classAccuracy == nil)
    #expect(metrics.iou == [nil, nil] && metrics.classAccuracies == [nil, nil])
  }

  /// A class that is only predicted has an intersection over union of 0, but no accuracy.
  @Test func predictedButAbsent() {
    var metrics = SegmentationMetrics(classes: 3)
    metrics.add(predicted: [0, 0, 1, 0], mask: [0, 0, 0, 0])
    #expect(metrics.iou == [0.75, 0, nil] && metrics.meanIoU == 0.375)
    #expect(metrics.classAccuracies == [0.75, nil, nil] && metrics.classAccuracy == 0.75)
    #expect(metrics.intersections == [3, 0, 0] && metrics.unions == [4, 1, 0])
  }
}
