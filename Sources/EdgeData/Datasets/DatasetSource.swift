/// A path that holds a data set or the parts of one, of any kind that is read.
enum DatasetSource {
  case folder(String)
  case tar(TarIndex, root: String)
  case cifar(folder: String)

  init(_ path: String) throws(DatasetError) {
    switch FileIdentity(path)?.kind {
    case nil: throw .missing(path: path)
    case .folder?:
      self = CIFARFiles.folder(in: path).map { .cifar(folder: $0) } ?? .folder(path)
    case .file?:
      let index = try TarIndex(path)
      self = .tar(index, root: index.root)
    case .other?: throw .unrecognized(path: path, found: nil)
    }
  }

  var path: String {
    switch self {
    case .folder(let path), .cifar(let path): path
    case .tar(let index, _): index.file.path
    }
  }

  /// The names of its folders: parts or classes.
  func folders() throws(DatasetError) -> Set<String> {
    switch self {
    case .folder(let path): Set(try FolderListing(path).folders)
    case .tar(let index, let root): index.folders(below: root)
    case .cifar: [CIFARFiles.Part.training.rawValue, CIFARFiles.Part.test.rawValue]
    }
  }

  /// The pictures in one of the folders, or in all of it.
  func dataset(_ part: String?) throws(DatasetError) -> any ImageDataset {
    switch self {
    case .folder(let path): try ImageFolder(part.map { joinPath(path, $0) } ?? path)
    case .tar(let index, let root):
      try ImageTar(index, below: part.map { root + $0 + "/" } ?? root)
    case .cifar(let folder):
      try CIFARFiles(folder: folder, part: part.flatMap(CIFARFiles.Part.init) ?? .test)
    }
  }
}
