#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The visible entries of a folder. One system call tells many entries, with their kinds: a data
/// set has millions of files, and none of them should have to be asked.
struct FolderListing {
  private(set) var files: [String] = []
  private(set) var folders: [String] = []

  /// Symbolic links are followed; entries that are neither file nor folder are left out.
  init(_ path: String) throws(DatasetError) {
    guard let stream = unsafe opendir(path) else {
      throw errno == ENOENT ? .missing(path: path) : .lastSystemError(path, "list")
    }
    defer { unsafe closedir(stream) }
    errno = 0
    while let entry = unsafe readdir(stream) {
      let name = unsafe Self.name(of: entry)
      if !name.hasPrefix(".") { add(name, unsafe entry.pointee.d_type, in: path) }
      errno = 0
    }
    guard errno == 0 else { throw .lastSystemError(path, "list") }
  }

  /// The system gives only as much of the structure as the name is long.
  private static func name(of entry: UnsafeMutablePointer<dirent>) -> String {
    let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
    let characters = unsafe UnsafeRawPointer(entry) + offset
    return unsafe String(cString: characters.assumingMemoryBound(to: CChar.self))
  }

  private mutating func add(_ name: String, _ kind: UInt8, in folder: String) {
    switch Int32(kind) {
    case Int32(DT_REG): files.append(name)
    case Int32(DT_DIR): folders.append(name)
    case Int32(DT_LNK), Int32(DT_UNKNOWN):
      switch FileIdentity(joinPath(folder, name))?.kind {
      case .file?: files.append(name)
      case .folder?: folders.append(name)
      default: break
      }
    default: break
    }
  }
}

/// What stands at a path, symbolic links followed.
struct FileIdentity: Hashable {
  let kind: FileKind
  private let device, number: UInt64

  /// Nil where nothing stands there.
  init?(_ path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .folder
    default: kind = .other
    }
    device = UInt64(truncatingIfNeeded: status.st_dev)
    number = UInt64(truncatingIfNeeded: status.st_ino)
  }
}
