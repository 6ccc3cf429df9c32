import EdgeBoxes
import TestSupport
import Testing

@Suite struct AnchorMatcherTests {
  private let matcher = AnchorMatcher(grid: .ssd320)

  private func box(_ corners: [Double]) -> Box {
    Box(left: corners[0], top: corners[1], right: corners[2], bottom: corners[3])
  }

  /// Classes are counted from 1 in the golden.
  @Test func agreesWithTheOfficialCode() throws {
    let golden = try SSDBoxesGolden().lossCase
    let targets = matcher.targets(
      boxes: golden.gtBoxesCorner.map(box), labels: golden.gtLabels.map { $0 - 1 })
    let positive = targets.labels.indices.filter { targets.labels[$0] > 0 }
    #expect(positive == golden.positiveAnchors)
    #expect(positive.map { Int(targets.labels[$0]) } == golden.positiveLabels)
    for (anchor, expected) in zip(positive, golden.positiveTargets) {
      let found = targets.locations[4 * anchor..<4 * anchor + 4].map(Double.init)
      #expect(largestDifference(found, expected) < 3e-6, "anchor \(anchor)")
    }
    let rest = Set(targets.labels.indices).subtracting(positive)
    #expect(rest.allSatisfy { targets.labels[$0] == 0 })
    #expect(
      rest.allSatisfy { targets.locations[4 * $0..<4 * $0 + 4].allSatisfy { $0 == 0 } })
  }

  /// Of no use are objects without area, even if float32 rounds it away, and what isn't finite.
  @Test(
    arguments: [
      [], [[0.2, 0.2, 0.2, 0.6]], [[0.4, 0.2, 0.3, 0.6]], [[0.5, 0.5, 0.5 + 1e-12, 0.6]],
      [[0.2, .nan, 0.4, 0.6]], [[0.2, 0.2, .infinity, 0.6]],
    ] as [[[Double]]])
  func withoutObjectsAllIsBackground(boxes: [[Double]]) {
    let targets = matcher.targets(boxes: boxes.map(box), labels: boxes.map { _ in 7 })
    #expect(targets.labels == Array(repeating: 0, count: 3232))
    #expect(targets.locations == Array(repeating: 0, count: 4 * 3232))
  }

  @Test func smallObjectsClaimOneAnchor() {
    let targets = matcher.targets(
      boxes: [Box(left: 0.5, top: 0.5, right: 0.51, bottom: 0.51)], labels: [79])
    #expect(targets.labels.filter { $0 == 80 }.count == 1)
    #expect(targets.labels.filter { $0 == 0 }.count == 3231)
    #expect(targets.locations.allSatisfy { $0.isFinite })
  }

  /// The first of two equal objects has the anchors, but for the one that both claim.
  @Test func laterClaimsWin() throws {
    let object = Box(left: 0.1, top: 0.1, right: 0.9, bottom: 0.9)
    let alone = matcher.targets(boxes: [object], labels: [0])
    let both = matcher.targets(boxes: [object, object], labels: [0, 1])
    #expect(alone.labels.map { $0 > 0 } == both.labels.map { $0 > 0 })
    #expect(alone.locations == both.locations)
    #expect(alone.labels.filter { $0 == 1 }.count > 1)
    #expect(both.labels.filter { $0 == 2 }.count == 1)
  }

  @Test func thresholds() {
    let object = [Box(left: 0.1, top: 0.1, right: 0.9, bottom: 0.9)]
    let counts = [0.3, 0.5, 0.7, 2].map { threshold in
      AnchorMatcher(grid: .ssd320, threshold: threshold).targets(boxes: object, labels: [0])
        .labels.filter { $0 > 0 }.count
    }
    #expect(counts == counts.sorted(by: >) && counts.first != counts[1] && counts.last == 1)
  }

  @Test func writesOverWhatWasThere() {
    let boxes = [Box(left: 0.3, top: 0.2, right: 0.8, bottom: 0.7)]
    var output = [Float](repeating: .nan, count: 5 * 3232)
    var span = output.mutableSpan
    matcher.write(boxes: boxes, labels: [4], into: &span)
    let targets = matcher.targets(boxes: boxes, labels: [4])
    #expect(output == targets.labels + targets.locations)
  }
}
