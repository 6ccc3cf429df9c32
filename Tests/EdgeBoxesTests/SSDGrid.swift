import EdgeBoxes

extension AnchorGrid {
  /// That of SSD on an image of 320 × 320 pixels.
  static let ssd320 = AnchorGrid(
    levels: [20, 10, 5, 3, 2].map { Level(height: $0, width: $0, aspectRatios: [2, 3]) }
      + [Level(height: 1, width: 1, aspectRatios: [2])])
}
