#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A folder and all visible ones below it; those reached twice through symbolic links are
/// searched once.
struct FolderWalk {
  private(set) var folders: [String] = []
  /// The regular files with one of ``ImageFiles/extensions``.
  private(set) var pictures: [String] = []

  init(_ start: String) {
    var visited: Set<String> = []
    var pending = [start]
    while let folder = pending.popLast() {
      let real = URL(filePath: folder).resolvingSymlinksInPath().path
      guard visited.insert(real).inserted else { continue }
      folders.append(folder)
      for name in Self.entries(of: folder) {
        let path = joinPath(folder, name)
        switch fileKind(path) {
        case .folder?: pending.append(path)
        case .file? where Self.hasKnownExtension(name): pictures.append(path)
        default: break
        }
      }
    }
  }

  /// The visible names in a folder; none where it can't be read.
  static func entries(of folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { !$0.hasPrefix(".") }
  }

  private static func hasKnownExtension(_ name: String) -> Bool {
    guard let dot = name.lastIndex(of: ".") else { return false }
    return ImageFiles.extensions.contains(name[name.index(after: dot)...].lowercased())
  }
}

/// A name in a folder; an empty folder is the current one.
func joinPath(_ folder: String, _ name: String) -> String {
  folder.isEmpty || folder.hasSuffix("/") ? folder + name : folder + "/" + name
}
