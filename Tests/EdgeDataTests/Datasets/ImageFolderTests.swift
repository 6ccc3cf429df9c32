import EdgeData
import FoundationEssentials
import TestSupport
import Testing

@Suite struct ImageFolderTests {
  @Test func classesAndFilesAreSorted() throws {
    let folder = try TemporaryFolder()
    try folder.tree([
      "dog/b.png": tinyPNG([1, 0, 0]), "dog/a.PNG": tinyPNG([2, 0, 0]),
      "cat/deep/er/c.png": tinyPNG([3, 0, 0]), "cat/z.jpg": try goldenImage("rgb.jpg"),
      "Zebra/w": try goldenImage("lossy.webp"), "none/": [],
      "cat/notes.txt": Array("no picture".utf8), "cat/.hidden.png": tinyPNG(),
      ".git/x.png": tinyPNG(), "readme.png": tinyPNG(),
    ])
    let dataset = try ImageFolder(folder.path)
    #expect(dataset.classNames == ["Zebra", "cat", "dog", "none"])
    #expect(
      dataset.names == ["Zebra/w", "cat/deep/er/c.png", "cat/z.jpg", "dog/a.PNG", "dog/b.png"])
    #expect(dataset.labels == [0, 1, 1, 2, 2])
    let colors = try dataset.colors()
    #expect([colors[1][0], colors[3][0], colors[4][0]] == [3, 2, 1])
  }

  @Test func linksAreFollowedButNotInCircles() throws {
    let folder = try TemporaryFolder()
    try folder.tree(["data/cat/a.png": tinyPNG(), "data/dog/b.png": tinyPNG(), "more/c.png": []])
    for (link, target) in [
      ("data/cat/up", "data"), ("data/cat/self", "data/cat"), ("data/dog/more", "more"),
      ("data/dog/again", "more"), ("data/dog/nothing.png", "missing"), ("data/bird", "data/dog"),
    ] {
      try FileManager.default.createSymbolicLink(
        atPath: folder(link), withDestinationPath: folder(target))
    }
    let dataset = try ImageFolder(folder("data"))
    #expect(dataset.classNames == ["bird", "cat", "dog"])
    #expect(dataset.labels == [0, 0, 1, 2, 2])
    #expect(dataset.names.count { $0.hasSuffix("c.png") } == 2)
  }

  @Test func foldersWithoutClassesAreErrors() throws {
    let folder = try TemporaryFolder()
    try folder.tree(["flat/a.png": tinyPNG(), "flat/b.jpg": [], "empty/cat/": [], "empty/dog/": []])
    #expect(throws: DatasetError.noClasses(path: folder("flat"), pictures: 2)) {
      try ImageFolder(folder("flat"))
    }
    #expect(throws: DatasetError.noPictures(path: folder("empty"), classes: ["cat", "dog"])) {
      try ImageFolder(folder("empty"))
    }
    #expect(throws: DatasetError.missing(path: folder("none"))) { try ImageFolder(folder("none")) }
    #expect(throws: DatasetError.self) { try ImageFolder(folder("flat/a.png")) }
  }

  @Test func aFileThatVanishesIsAnError() throws {
    let folder = try TemporaryFolder()
    try folder.tree(["cat/a.png": tinyPNG()])
    let dataset = try ImageFolder(folder.path)
    try FileManager.default.removeItem(atPath: folder("cat/a.png"))
    #expect(throws: DatasetError.missing(path: folder("cat/a.png"))) {
      try dataset.content(at: 0)
    }
  }
}
