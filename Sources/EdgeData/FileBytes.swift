#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What can stand at a path.
enum FileKind {
  case file, folder, other
}

/// What stands at a path, symbolic links followed; nil where nothing does.
func fileKind(_ path: String) -> FileKind? {
  attributes(path).map(kind)
}

private func kind(_ attributes: [FileAttributeKey: Any]) -> FileKind {
  switch attributes[.type] as? FileAttributeType {
  case .typeRegular?: .file
  case .typeDirectory?: .folder
  default: .other
  }
}

private func attributes(_ path: String) -> [FileAttributeKey: Any]? {
  let target = URL(filePath: path).resolvingSymlinksInPath()
  return try? FileManager.default.attributesOfItem(atPath: target.path)
}

/// The bytes of a regular file of at most 2 GiB.
func readFile(_ path: String) throws(ImageError) -> [UInt8] {
  guard let found = attributes(path) else { throw .missing(file: path) }
  let kind = kind(found)
  guard kind == .file else {
    throw .unreadable(
      file: path, reason: kind == .folder ? "it is a folder" : "it isn't a regular file")
  }
  if let size = found[.size] as? Int, size > 1 << 31 {
    throw .unreadable(file: path, reason: "\(size) bytes is more than a picture has")
  }
  do {
    return [UInt8](try Data(contentsOf: URL(filePath: path)))
  } catch {
    throw .unreadable(file: path, reason: "the system refuses (\(error))")
  }
}
