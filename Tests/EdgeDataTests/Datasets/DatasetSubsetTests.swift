import EdgeBoxes
import TestSupport
import Testing

@testable import EdgeData

@Suite struct DatasetSubsetTests {
  /// Four pictures of 4 by 3 pixels, of which the file says what is given.
  private func dataset(
    _ folder: borrowing TemporaryFolder, sizes: [(Int, Int)]
  ) throws -> COCODetection {
    var file = COCOBuilder()
    for (index, size) in sizes.enumerated() {
      file.picture(10 + index, "\(index).png", width: size.0, height: size.1)
      file.object(index, in: 10 + index, [Double(index), 0, 1, 1])
      try folder.tree(["\(index).png": tinyPNG(width: 4, height: 3)])
    }
    file.object(100, in: 10, [0, 0, 0, 1])
    return try COCODetection(
      annotations: try folder.file("train.json", file.bytes), pictures: folder.path)
  }

  @Test func picturesAreThoseOfTheIndices() throws {
    let folder = try TemporaryFolder()
    let base = try dataset(folder, sizes: [(4, 3), (4, 3), (4, 3), (4, 3)])
    let subset = DatasetSubset(DatasetSubset(base, indices: [3, 1, 2]), indices: [0, 2])
    #expect(subset.names == ["3.png", "2.png"])
    #expect([0, 1].map(subset.identifier(at:)) == [13, 12])
    #expect(subset.objects(at: 1).map(\.box.left) == [2])
    #expect(subset.size(at: 0)?.width == 4)
    #expect(subset.classNames == ["cat", "dog"] && subset.categoryIdentifiers == [3, 7])
    #expect(subset.defects == base.defects && base.defects.count == 1)
  }

  /// What tells kinds apart at run time sees that boxes belong to the pictures.
  @Test func staysOfItsKind() throws {
    let folder = try TemporaryFolder()
    let base = try dataset(folder, sizes: [(4, 3), (4, 3), (3, 4), (4, 3)])
    let scan = DatasetScan(DatasetSubset(base, indices: [1, 2]))
    #expect(scan.unreadable.map(\.index) == [1])
    #expect(scan.unreadable[0].reason.contains("its annotations are for 3x4"))
  }
}
