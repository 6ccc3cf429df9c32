import EdgeBoxes
import Testing

@Suite struct BoxTests {
  private let box = Box(left: 1, top: 2, right: 5, bottom: 4)

  @Test func sides() {
    #expect(box.width == 4 && box.height == 2 && box.area == 8 && !box.isEmpty)
    let reversed = Box(left: 5, top: 2, right: 1, bottom: 4)
    #expect(reversed.width == 0 && reversed.height == 2 && reversed.area == 0 && reversed.isEmpty)
    let nothing = Box(left: .nan, top: 0, right: 1, bottom: 1)
    #expect(nothing.width == 0 && nothing.isEmpty)
  }

  @Test func sharedParts() {
    let other = Box(left: 3, top: 0, right: 9, bottom: 3)
    #expect(box.intersection(other) == Box(left: 3, top: 2, right: 5, bottom: 3))
    #expect(box.overlap(with: other) == 2.0 / (8 + 18 - 2))
    #expect(box.overlap(with: box) == 1)
  }

  /// Boxes that only touch share no area, nor do empty ones.
  @Test func apart() {
    let right = Box(left: 5, top: 2, right: 6, bottom: 4)
    let flat = Box(left: 2, top: 3, right: 4, bottom: 3)
    #expect(box.intersection(right) == nil && box.overlap(with: right) == 0)
    #expect(box.intersection(flat) == nil && flat.overlap(with: flat) == 0)
  }

  @Test func scalingAndClamping() {
    #expect(box.scaled(x: 2, y: 0.5) == Box(left: 2, top: 1, right: 10, bottom: 2))
    let bounds = Box(left: 2, top: 0, right: 4, bottom: 3)
    #expect(box.clamped(to: bounds) == Box(left: 2, top: 2, right: 4, bottom: 3))
    let far = Box(left: 7, top: 7, right: 9, bottom: 9)
    #expect(far.clamped(to: bounds).isEmpty)
  }
}
