/// A path with wildcards, as shells have them.
package struct GlobPattern {
  private let components: [Substring]
  private let start: String

  init(_ pattern: String) {
    components = pattern.split(separator: "/")
    start = pattern.hasPrefix("/") ? "/" : ""
  }

  static func isPattern(_ text: String) -> Bool {
    text.contains { "*?[".contains($0) }
  }

  /// The existing paths that match.
  func matches() -> [String] {
    var paths = [start]
    for component in components {
      var next: Set<String> = []
      for path in paths {
        next.formUnion(component == "**" ? foldersBelow(path) : children(of: path, component))
      }
      paths = Array(next)
    }
    return paths.filter { $0 != start }
  }

  private func children(of folder: String, _ component: Substring) -> [String] {
    guard Self.isPattern(String(component)) else {
      let path = joinPath(folder, String(component))
      return fileKind(path) == nil ? [] : [path]
    }
    let pattern = Array(component.unicodeScalars)
    return FolderWalk.entries(of: folder.isEmpty ? "." : folder)
      .filter { Self.matches(Array($0.unicodeScalars)[...], pattern[...]) }
      .map { joinPath(folder, $0) }
  }

  /// The folder and all folders below it, but not through symbolic links twice.
  private func foldersBelow(_ folder: String) -> [String] {
    FolderWalk(folder.isEmpty ? "." : folder).folders.map {
      folder.isEmpty ? ($0 == "." ? "" : String($0.dropFirst(2))) : $0
    }
  }

  /// Whether a name matches a pattern without folders: `*` stands for slashes and dots as well.
  package static func matches(_ name: String, _ pattern: String) -> Bool {
    matches(Array(name.unicodeScalars)[...], Array(pattern.unicodeScalars)[...])
  }

  /// Whether a name matches one component, in time of at most the product of their lengths.
  static func matches(
    _ name: ArraySlice<Unicode.Scalar>, _ pattern: ArraySlice<Unicode.Scalar>
  ) -> Bool {
    var name = name
    var pattern = pattern
    // Where to go on when what follows the last star doesn't match: one character further.
    var retry: (name: ArraySlice<Unicode.Scalar>, pattern: ArraySlice<Unicode.Scalar>)?
    while true {
      if pattern.first == "*" {
        pattern = pattern.dropFirst()
        retry = (name, pattern)
      } else if let first = name.first, let rest = afterMatch(first, pattern) {
        name = name.dropFirst()
        pattern = rest
      } else if name.isEmpty && pattern.isEmpty {
        return true
      } else if let last = retry, !last.name.isEmpty {
        name = last.name.dropFirst()
        pattern = last.pattern
        retry = (name, pattern)
      } else {
        return false
      }
    }
  }

  /// The pattern after its first element, if that matches the character.
  private static func afterMatch(
    _ character: Unicode.Scalar, _ pattern: ArraySlice<Unicode.Scalar>
  ) -> ArraySlice<Unicode.Scalar>? {
    guard let first = pattern.first else { return nil }
    let rest = pattern.dropFirst()
    if first == "?" { return rest }
    if first == "[", let end = rest.dropFirst().firstIndex(of: "]") {
      return set(rest[..<end], contains: character) ? rest[(end + 1)...] : nil
    }
    return first == character ? rest : nil
  }

  /// Whether `abc`, `a-z` or, negated, `!abc` holds the character.
  private static func set(
    _ elements: ArraySlice<Unicode.Scalar>, contains character: Unicode.Scalar
  ) -> Bool {
    let negated = elements.first == "!" || elements.first == "^"
    var rest = negated ? elements.dropFirst() : elements
    while let low = rest.popFirst() {
      var high = low
      if rest.first == "-", rest.count > 1 {
        rest.removeFirst()
        high = rest.removeFirst()
      }
      if low <= character && character <= high { return !negated }
    }
    return negated
  }
}
