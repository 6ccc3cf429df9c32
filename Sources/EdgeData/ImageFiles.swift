/// Finds the pictures that command-line arguments mean.
public enum ImageFiles {
  /// What folders are searched for; a file that is named itself may have any extension.
  public static let extensions: Set<String> = ["jpg", "jpeg", "jpe", "jfif", "png", "webp"]

  /// The files that the arguments stand for, in the arguments' order: a file itself, a folder's
  /// pictures at any depth, the matches of a pattern with `*`, `?`, `[a-z]` or `**` (any folders).
  /// A folder's files and a pattern's matches are sorted by the bytes of their paths; hidden ones
  /// are left out. Folders reached twice through symbolic links are searched once.
  ///
  /// - Throws: ``ImageError/missing(file:)``, ``ImageError/noMatch(pattern:)`` or
  ///   ``ImageError/noImages(folder:)``, naming the first argument that stands for nothing.
  public static func expand(_ arguments: [String]) throws(ImageError) -> [String] {
    var result: [String] = []
    for argument in arguments {
      if let kind = fileKind(argument) {
        result += kind == .folder ? try files(inFolder: argument) : [argument]
      } else if GlobPattern.isPattern(argument) {
        result += try files(matching: argument)
      } else {
        throw .missing(file: argument)
      }
    }
    return result
  }

  private static func files(matching pattern: String) throws(ImageError) -> [String] {
    var result: [String] = []
    for path in GlobPattern(pattern).matches() {
      if fileKind(path) == .folder {
        result += FolderWalk(path).pictures
      } else {
        result.append(path)
      }
    }
    if result.isEmpty { throw .noMatch(pattern: pattern) }
    return sorted(result)
  }

  private static func files(inFolder folder: String) throws(ImageError) -> [String] {
    let result = FolderWalk(folder).pictures
    if result.isEmpty { throw .noImages(folder: folder) }
    return sorted(result)
  }

  private static func sorted(_ paths: [String]) -> [String] {
    paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
