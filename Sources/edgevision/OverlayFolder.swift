import EdgeBoxes
import EdgeFormats
import EdgePlot
import EdgeVision
import FoundationEssentials

/// The folder that pictures with results drawn over them go into.
struct OverlayFolder {
  private let path: String
  private var taken: Set<String> = []

  /// Makes the folder, and finds out before long work whether anything can be drawn.
  ///
  /// - Parameter pictures: what is read; none may lie in the folder, where it could be replaced.
  /// - Throws: ``OverlayError``, `PlotError`, or an error of the file system.
  init(_ path: String, reading pictures: [String]) throws {
    self.path = path
    _ = try Canvas(width: 1, height: 1)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let own = URL(filePath: path).resolvingSymlinksInPath().path
    for picture in pictures where Self.folder(of: picture) == own {
      throw OverlayError.overwrites(path: picture)
    }
  }

  private static func folder(of picture: String) -> String {
    URL(filePath: picture).resolvingSymlinksInPath().deletingLastPathComponent().path
  }

  /// A file of the folder for a picture: its name without the extension, with a number where another
  /// picture has that name.
  ///
  /// - Returns: the path without an extension.
  mutating func base(for picture: String) -> String {
    let name = Self.free(Self.stem(of: picture), among: &taken)
    return "\(path)/\(name)"
  }

  /// The last part of a path without its extension.
  static func stem(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? "picture"
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
    return String(name[..<dot])
  }

  /// The name, or with the first of the numbers from 2 on that makes it another one; then taken.
  ///
  /// A mask's name, `NAME_mask`, is never another picture's.
  static func free(_ name: String, among taken: inout Set<String>) -> String {
    var (candidate, number) = (name, 1)
    while taken.contains(candidate) || taken.contains("\(candidate)_mask") {
      number += 1
      candidate = "\(name)-\(number)"
    }
    taken.formUnion([candidate, "\(candidate)_mask"])
    return candidate
  }
}

/// Why a picture with results isn't written.
enum OverlayError: Error, Equatable, CustomStringConvertible {
  case overwrites(path: String)

  var description: String {
    switch self {
    case .overwrites(let path):
      "\(path): lies in the folder for pictures with results, where it could be replaced; give "
        + "another folder (--save)"
    }
  }
}

extension PictureOverlay {
  init(_ image: Image) throws(PlotError) {
    try self.init(width: image.width, height: image.height, pixels: image.pixels)
  }
}

extension LabeledBox {
  init(_ detection: LabeledDetection) {
    self.init(
      detection.box, name: detection.label, score: detection.score, index: detection.index)
  }

  init(_ box: Box, name: String, score: Double? = nil, index: Int) {
    self.init(
      Rectangle(x: box.left, y: box.top, width: box.width, height: box.height), name: name,
      score: score, index: index)
  }
}
