/// How large lines and texts over a picture are, by its size in pixels.
struct OverlayStyle: Equatable {
  /// Small pictures are enlarged by this whole number, so that texts have room.
  let factor: Int
  /// In pixels of the enlarged picture, a whole number.
  let lineWidth: Double
  /// In pixels of the enlarged picture.
  let textSize: Double

  /// The longest side that pictures are enlarged to.
  private static let readableSide = 480
  private static let largestFactor = 16

  /// - Precondition: both sides are at least 1.
  init(width: Int, height: Int) {
    let longest = max(width, height)
    let needed = (Self.readableSide + longest - 1) / longest
    factor = min(max(needed, 1), Self.largestFactor)
    let side = Double(factor) * (Double(width) * Double(height)).squareRoot()
    lineWidth = max((side / 300).rounded(), 2)
    textSize = max(side / 50, 11)
  }

  var tagHeight: Double { (1.35 * textSize).rounded() }
  /// Between a text and the sides of its tag.
  var tagPadding: Double { (0.35 * textSize).rounded() }
}
