/// Why a picture can't be drawn, and what can be done.
public enum PlotError: Error, Equatable, Sendable {
  /// libcairo isn't installed; `name` is the file that was looked for.
  case libraryMissing(name: String)
  /// A library of that name is there, but lacks functions that are needed.
  case libraryTooOld(name: String)
  /// There is no font to write with.
  case fontMissing
  /// A side that isn't a positive number, or longer than 32767 pixels.
  case invalidSize(width: Double, height: Double)
  case invalidScale(Double)
  /// More pixels than allowed.
  case tooLarge(width: Int, height: Int, limit: Int)
  /// `found` bytes can't be an RGB picture of this size.
  case invalidBitmap(width: Int, height: Int, found: Int)
  /// `found` class numbers can't be those of a picture of this size.
  case invalidMask(width: Int, height: Int, found: Int)
  /// A confusion matrix that isn't one: `classes` names need `classes` squared counts, none of them
  /// negative.
  case invalidCounts(classes: Int, found: Int, negative: Int?)
  case invalidColumns(Int)
  case outOfMemory
  /// Anything else, in libcairo's words.
  case failed(reason: String)
}

extension PlotError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .libraryMissing(let name):
      "plot: drawing needs libcairo, but there is no \(name); install it (Debian: libcairo2)"
    case .libraryTooOld(let name):
      "plot: \(name) lacks functions that drawing needs; install libcairo 1.16 or newer (Debian: "
        + "libcairo2)"
    case .fontMissing:
      "plot: no font is installed; install one (Debian: fonts-dejavu-core)"
    case .invalidSize(let width, let height):
      "plot: a picture of \(width) x \(height); expected sides above 0 and at most 32767 pixels"
    case .invalidScale(let scale):
      "plot: \(scale) pixels a point; expected 0.25 to 8"
    case .tooLarge(let width, let height, let limit):
      "plot: a picture of \(width) x \(height) pixels; expected at most \(limit): draw less, or at a "
        + "smaller scale"
    case .invalidBitmap(let width, let height, let found):
      "plot: \(found) bytes for a bitmap of \(width) x \(height); expected width * height * 3, sides "
        + "of 1 to 32767 and at most \(Canvas.pixelLimit) pixels"
    case .invalidMask(let width, let height, let found):
      "plot: \(found) class numbers for a picture of \(width) x \(height); expected width * height"
    case .invalidCounts(let classes, let found, nil):
      "plot: \(found) counts for \(classes) classes; expected classes * classes, at least one"
    case .invalidCounts(let classes, _, let negative?):
      "plot: a count of \(negative) in a matrix of \(classes) classes; expected 0 or more"
    case .invalidColumns(let columns):
      "plot: a sheet of \(columns) columns; expected 1 or more"
    case .outOfMemory:
      "plot: not enough memory for the picture; draw less, or at a smaller scale"
    case .failed(let reason):
      "plot: libcairo could not draw (\(reason))"
    }
  }
}
