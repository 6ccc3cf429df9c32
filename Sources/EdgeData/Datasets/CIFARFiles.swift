/// CIFAR-10 or CIFAR-100 in its "binary version" (Krizhevsky, 2009): records of one or two label
/// bytes and 3,072 bytes of pixels, the red, green and blue values of 32 rows of 32 pixels each. Of
/// CIFAR-100's two labels the fine one counts.
public struct CIFARFiles: ImageDataset {
  public enum Part: String, Sendable {
    case training = "train"
    case test
  }

  private static let side = 32
  private static let pixelBytes = 3 * side * side

  public let classNames: [String]
  private let files: [(name: String, file: OpenFile, firstRecord: Int)]
  private let labels: [UInt8]
  private let labelBytes: Int

  /// Opens the files of one part and reads their labels.
  ///
  /// - Parameter folder: that of `data_batch_1.bin` to `data_batch_5.bin`, `test_batch.bin` and
  ///   `batches.meta.txt`; or that of `train.bin`, `test.bin` and `fine_label_names.txt`.
  /// - Throws: ``DatasetError/noPart(path:expected:found:)`` where it is neither,
  ///   ``DatasetError/malformed(path:place:expected:found:)`` for a size that is no multiple of a
  ///   record's, or a label beyond the list.
  public init(folder: String, part: Part) throws(DatasetError) {
    guard let layout = Layout.found(in: folder) else {
      throw .noPart(
        path: folder, expected: Layout.all.map(\.mark),
        found: try FolderListing(folder).files.sorted())
    }
    labelBytes = layout.labelBytes
    classNames = try layout.classNames(folder)
    var (files, labels): ([(String, OpenFile, Int)], [UInt8]) = ([], [])
    for name in part == .training ? layout.training : layout.test {
      let file = try OpenFile(joinPath(folder, name + ".bin"))
      files.append((name, file, labels.count))
      labels += try Self.labels(file, labelBytes: labelBytes, classes: classNames.count)
    }
    (self.files, self.labels) = (files, labels)
  }

  /// The folder itself or the one that the official archive makes in it; nil without CIFAR's files.
  static func folder(in path: String) -> String? {
    let candidates = [path] + Layout.all.map { joinPath(path, $0.folder) }
    return candidates.first { Layout.found(in: $0) != nil }
  }

  public var count: Int { labels.count }

  public func label(at index: Int) -> Int { Int(labels[index]) }

  /// The file's name and the record's number in it, such as `data_batch_1/17`.
  public func name(at index: Int) -> String {
    let (file, record) = place(of: index)
    return "\(files[file].name)/\(record)"
  }

  public func content(at index: Int) throws(DatasetError) -> SampleContent {
    let (file, record) = place(of: index)
    let start = record * (labelBytes + Self.pixelBytes) + labelBytes
    let planes = try files[file].file.bytes(at: start, count: Self.pixelBytes)
    let planeSize = Self.side * Self.side
    let pixels = [UInt8](capacity: Self.pixelBytes) { output in
      for pixel in 0..<planeSize {
        for channel in 0..<3 { output.append(planes[channel * planeSize + pixel]) }
      }
    }
    return .decoded(Image(width: Self.side, height: Self.side, pixels: pixels))
  }

  private func place(of index: Int) -> (file: Int, record: Int) {
    precondition(labels.indices ~= index, "picture \(index) of \(labels.count)")
    let file = files.lastIndex { $0.firstRecord <= index } ?? 0
    return (file, index - files[file].firstRecord)
  }

  private static func labels(
    _ file: OpenFile, labelBytes: Int, classes: Int
  ) throws(DatasetError) -> [UInt8] {
    let recordBytes = labelBytes + pixelBytes
    guard file.byteCount > 0, file.byteCount % recordBytes == 0 else {
      throw .malformed(
        path: file.path, place: "its size", expected: "a multiple of \(recordBytes) bytes",
        found: "\(file.byteCount)")
    }
    var result: [UInt8] = []
    while result.count < file.byteCount / recordBytes {
      let records = min(256, file.byteCount / recordBytes - result.count)
      let bytes = try file.bytes(
        at: result.count * recordBytes, count: records * recordBytes)
      for record in 0..<records {
        let label = bytes[record * recordBytes + labelBytes - 1]
        guard label < classes else {
          throw .malformed(
            path: file.path, place: "record \(result.count)", expected: "a label below \(classes)",
            found: "\(label)")
        }
        result.append(label)
      }
    }
    return result
  }
}

extension CIFARFiles {
  /// The names of the files of one of the two data sets, without `.bin`.
  private struct Layout {
    let folder, names: String
    let training, test: [String]
    let labelBytes: Int
    var mark: String { training[0] + ".bin" }

    static let all = [
      Layout(
        folder: "cifar-10-batches-bin", names: "batches.meta.txt",
        training: (1...5).map { "data_batch_\($0)" }, test: ["test_batch"], labelBytes: 1),
      Layout(
        folder: "cifar-100-binary", names: "fine_label_names.txt", training: ["train"],
        test: ["test"], labelBytes: 2),
    ]

    /// The one whose first file is in a folder.
    static func found(in folder: String) -> Layout? {
      all.first { FileIdentity(joinPath(folder, $0.mark))?.kind == .file }
    }

    func classNames(_ folder: String) throws(DatasetError) -> [String] {
      let path = joinPath(folder, names)
      let text = String(decoding: try OpenFile.contents(path), as: UTF8.self)
      let classes = text.split(whereSeparator: \.isNewline)
      guard 1...256 ~= classes.count else {
        throw .malformed(
          path: path, place: "the lines", expected: "1 to 256 classes", found: "\(classes.count)")
      }
      return classes.map(String.init)
    }
  }
}
