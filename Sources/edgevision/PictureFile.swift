import ArgumentParser
import EdgeData
import EdgeFormats
import EdgePlot

/// A PNG file that a chart is drawn into.
struct PictureFile: ExpressibleByArgument {
  let path: String

  init?(argument: String) {
    guard argument.lowercased().hasSuffix(".png") else { return nil }
    path = argument
  }

  init(_ path: String) { self.path = path }

  /// Finds out before long work whether a picture can be drawn and the file be written.
  ///
  /// - Throws: `PlotError` or `FormatError`.
  func check() throws {
    _ = try Canvas(width: 1, height: 1)
    _ = try AtomicFile(path)
  }

  /// Replaces the file at once.
  ///
  /// - Throws: `PlotError` or `FormatError`.
  func write(_ chart: some Chart) throws { try AtomicFile.write(chart.png(), to: path) }

  /// Replaces the file at once.
  ///
  /// - Throws: `PlotError` or `FormatError`.
  func write(_ bitmap: Bitmap) throws { try AtomicFile.write(bitmap.png(), to: path) }

  /// Replaces the file at once.
  ///
  /// - Throws: `FormatError`.
  func write(_ labels: LabelPicture) throws { try AtomicFile.write(labels.png(), to: path) }
}

extension Bitmap {
  /// - Parameter side: the longest one; larger pictures are scaled down.
  init(_ image: Image, side: Int = 512) throws(PlotError) {
    let longest = max(image.width, image.height)
    guard longest > side else {
      try self.init(width: image.width, height: image.height, pixels: image.pixels)
      return
    }
    let small = image.resized(
      width: max(image.width * side / longest, 1), height: max(image.height * side / longest, 1),
      filter: .bicubic)
    try self.init(width: small.width, height: small.height, pixels: small.pixels)
  }
}

extension ContactSheet {
  /// - Parameter pictures: pixels of small ones show as squares.
  init(pictures: [Item], title: String, columns: Int) throws(PlotError) {
    try self.init(title: title, pictures, columns: columns)
    isSmooth = pictures.contains { max($0.picture.width, $0.picture.height) > 64 }
  }
}
