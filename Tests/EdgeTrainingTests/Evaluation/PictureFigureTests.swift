import EdgeBoxes
import Testing

@testable import EdgeTraining

/// What single pictures are ranked by, and which of them are kept.
@Suite struct PictureFigureTests {
  /// A square of 10 by 10.
  private func box(_ left: Double, width: Double = 10) -> Box {
    Box(left: left, top: 0, right: left + width, bottom: 10)
  }

  private func found(_ left: Double, _ score: Double, label: Int = 0) -> Detection {
    Detection(box: box(left), label: label, score: score)
  }

  private func object(_ left: Double, label: Int = 0) -> GroundTruth {
    GroundTruth(box: box(left), label: label)
  }

  @Test func rightAndWrongAndMissed() {
    // One of three is found, by one of two.
    let figure = PictureFigure(
      detections: [found(40, 0.75), found(1, 0.5), found(20, 0.49)],
      objects: [object(0), object(20), object(80)])
    #expect(figure.value == 2.0 / 5 && figure.certainty == -0.25)
  }

  @Test func nothingIsRightWhereNothingIs() {
    #expect(PictureFigure(detections: [], objects: []).value == 1)
    #expect(PictureFigure(detections: [found(0, 0.4)], objects: []).value == 1)
    #expect(PictureFigure(detections: [found(0, 0.6)], objects: []).value == 0)
    #expect(PictureFigure(detections: [], objects: [object(0)]).value == 0)
  }

  @Test func otherClassesDontMatch() {
    let figure = PictureFigure(detections: [found(0, 0.9, label: 1)], objects: [object(0)])
    #expect(figure.value == 0 && figure.certainty == -0.9)
  }

  /// An overlap of exactly one half is enough, a little less isn't.
  @Test func overlapsAreAtLeastOneHalf() {
    let detections = [found(0, 0.9)]
    for (width, value) in [(20, 1), (20.1, 0)] as [(Double, Double)] {
      let object = GroundTruth(box: box(0, width: width), label: 0)
      #expect(PictureFigure(detections: detections, objects: [object]).value == value)
    }
  }

  /// The surest detection chooses first, the object that it overlaps most; each is found once.
  @Test func theSurestChooses() {
    let objects = [object(0), object(4)]
    let both = PictureFigure(detections: [found(1, 0.8), found(3, 0.9)], objects: objects)
    #expect(both.value == 1)
    let twice = PictureFigure(detections: [found(0, 0.8), found(0, 0.75)], objects: [object(0)])
    #expect(twice.value == 2.0 / 3)
    #expect(abs(twice.certainty - 0.05) < 1e-12)
  }

  @Test(arguments: [true, false]) func someObjectsDontCount(isCrowd: Bool) {
    let ignored = GroundTruth(
      box: box(0), label: 0, isCrowd: isCrowd, isDifficult: !isCrowd)
    #expect(PictureFigure(detections: [], objects: [ignored]).value == 1)
    let detections = [found(0, 0.9), found(1, 0.8)]
    let excused = PictureFigure(detections: detections, objects: [ignored])
    #expect(excused.value == 1 && excused.certainty == 0)
    // One that counts comes first.
    let first = PictureFigure(detections: [found(0, 0.9)], objects: [ignored, object(2)])
    #expect(first.value == 1 && first.certainty == 0.9)
    let other = PictureFigure(detections: [found(0, 0.9, label: 1)], objects: [ignored])
    #expect(other.value == 0)
  }

  /// Small boxes lie within a crowd whose overlap with them is small.
  @Test func crowdsHoldWhatLiesWithin() {
    let wide = box(0, width: 100)
    let crowd = GroundTruth(box: wide, label: 0, isCrowd: true)
    #expect(PictureFigure(detections: [found(95, 0.9)], objects: [crowd]).value == 1)
    #expect(PictureFigure(detections: [found(96, 0.9)], objects: [crowd]).value == 0)
    let difficult = GroundTruth(box: wide, label: 0, isDifficult: true)
    #expect(PictureFigure(detections: [found(50, 0.9)], objects: [difficult]).value == 0)
  }

  @Test func masksByTheClassesThatOccur() throws {
    // Class 0: 1 of 2, class 1: 1 of 3, class 2 is only predicted, class 3 nowhere.
    let figure = try #require(
      PictureFigure(predicted: [0, 1, 1, 2, 3], mask: [0, 0, 1, 1, 255], classes: 4))
    #expect(abs(figure.value - (1.0 / 2 + 1.0 / 3 + 0) / 3) < 1e-12)
    #expect(figure.certainty == 0)
    #expect(PictureFigure(predicted: [1, 1], mask: [1, 255], classes: 2)?.value == 1)
    #expect(PictureFigure(predicted: [1, 1], mask: [255, 255], classes: 2) == nil)
  }

  @Test func theBestAndTheWorstAreKept() {
    var ranking = RankedPictures<String>(limit: 2)
    let right = PictureFigure(detections: [found(0, 0.75)], objects: [object(0)])
    let surer = PictureFigure(detections: [found(0, 1)], objects: [object(0)])
    let missed = PictureFigure(detections: [], objects: [object(0)])
    let wrong = PictureFigure(detections: [found(0, 0.75)], objects: [])
    for (index, figure) in [missed, right, right, wrong, surer, right, missed].enumerated() {
      ranking.add("answer \(index)", at: index, figure: figure)
    }
    #expect(ranking.best.map(\.index) == [4, 1])
    #expect(ranking.worst.map(\.index) == [3, 0])
    #expect(ranking.best.map(\.answer) == ["answer 4", "answer 1"])
    var few = RankedPictures<Int>(limit: 10)
    few.add(7, at: 3, figure: right)
    #expect(few.best.map(\.answer) == [7] && few.worst.map(\.answer) == [7])
    var none = RankedPictures<Int>(limit: 0)
    none.add(7, at: 3, figure: right)
    #expect(none.best.isEmpty && none.worst.isEmpty)
  }
}
