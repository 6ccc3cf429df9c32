import EdgeData
import TestSupport
import Testing

@Suite struct CIFARFilesTests {
  /// Red, green and blue planes of 32 by 32 pixels; the first pixel is `color`, the second differs.
  private func record(_ labels: [UInt8], _ color: [UInt8]) -> [UInt8] {
    labels + color.flatMap { [$0, $0 + 1] + [UInt8](repeating: 0, count: 1022) }
  }

  private func cifar10(_ folder: String = "") -> [String: [UInt8]] {
    var files = [folder + "batches.meta.txt": Array("airplane\ncar\nbird\n\n".utf8)]
    for batch in 1...5 {
      let b = UInt8(batch)
      files[folder + "data_batch_\(batch).bin"] =
        record([b % 3], [b, 20, 30]) + record([2], [9, b, 0])
    }
    files[folder + "test_batch.bin"] = record([1], [100, 101, 102])
    return files
  }

  @Test func recordsBecomePictures() throws {
    let folder = try TemporaryFolder()
    try folder.tree(cifar10())
    let training = try CIFARFiles(folder: folder.path, part: .training)
    #expect(training.classNames == ["airplane", "car", "bird"])
    #expect(training.labels == [1, 2, 2, 2, 0, 2, 1, 2, 2, 2])
    #expect(training.name(at: 3) == "data_batch_2/1")
    #expect(try training.colors()[6] == [4, 20, 30])
    let test = try CIFARFiles(folder: folder.path, part: .test)
    #expect(test.labels == [1])
    guard case .decoded(let image) = try test.content(at: 0) else {
      Issue.record("not decoded")
      return
    }
    #expect(image.width == 32 && image.height == 32)
    #expect(image.pixels.prefix(7) == [100, 101, 102, 101, 102, 103, 0])
  }

  @Test func fineLabelsOfCIFAR100Count() throws {
    let folder = try TemporaryFolder()
    try folder.tree([
      "train.bin": record([1, 0], [1, 1, 1]) + record([0, 1], [2, 2, 2]),
      "test.bin": record([0, 1], [3, 3, 3]), "fine_label_names.txt": Array("apple\nfish\n".utf8),
    ])
    let pair = try DatasetPair.open(path: folder.path)
    #expect(pair.training.labels == [0, 1])
    #expect(try pair.training.colors() == [[1, 1, 1], [2, 2, 2]])
    #expect(pair.validation.labels == [1])
  }

  @Test func theArchivesFolderIsFound() throws {
    let folder = try TemporaryFolder()
    try folder.tree(cifar10("cifar-10-batches-bin/"))
    let pair = try DatasetPair.open(path: folder.path)
    #expect([pair.training.count, pair.validation.count] == [10, 1])
    #expect(try DatasetPair.openForEvaluation(path: folder.path).count == 1)
  }

  @Test func wrongSizesAndLabelsAreErrors() throws {
    let folder = try TemporaryFolder()
    try folder.tree(cifar10())
    for size in [0, 1, 3072, 3074, 2 * 3073 - 1] {
      let path = try folder.file("test_batch.bin", [UInt8](repeating: 0, count: size))
      #expect(
        throws: DatasetError.malformed(
          path: path, place: "its size", expected: "a multiple of 3073 bytes", found: "\(size)")
      ) { try CIFARFiles(folder: folder.path, part: .test) }
    }
    let path = try folder.file("test_batch.bin", record([0], [1, 1, 1]) + record([3], [1, 1, 1]))
    #expect(
      throws: DatasetError.malformed(
        path: path, place: "record 1", expected: "a label below 3", found: "3")
    ) { try CIFARFiles(folder: folder.path, part: .test) }
    try folder.tree(["other/a.bin": []])
    #expect(
      throws: DatasetError.noPart(
        path: folder("other"), expected: ["data_batch_1.bin", "train.bin"], found: ["a.bin"])
    ) { try CIFARFiles(folder: folder("other"), part: .test) }
  }
}
