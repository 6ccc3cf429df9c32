import FoundationEssentials
import Testing

@testable import EdgeData

@Suite final class ImageFilesTests {
  private let root: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "edgevision-\(UUID().uuidString)")
    root = folder.path
    for name in [
      "b.jpg", "a.PNG", "notes.txt", ".hidden.jpg", "sub/c.webp", "sub/deep/d.jpeg", "e[1].jpg",
      "empty/x.txt",
    ] {
      let path = folder.appending(path: name)
      try FileManager.default.createDirectory(
        at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data([1]).write(to: path)
    }
    try FileManager.default.createSymbolicLink(
      atPath: root + "/sub/loop", withDestinationPath: root)
    try FileManager.default.createSymbolicLink(
      atPath: root + "/sub/broken.jpg", withDestinationPath: root + "/nothing")
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  private func expand(_ arguments: String...) throws(ImageError) -> [String] {
    try ImageFiles.expand(arguments.map { joinPath(root, $0) })
      .map { String($0.dropFirst(root.count + 1)) }
  }

  @Test func foldersAreWalkedInOrder() throws {
    let all = ["a.PNG", "b.jpg", "e[1].jpg", "sub/c.webp", "sub/deep/d.jpeg"]
    #expect(try ImageFiles.expand([root]).map { String($0.dropFirst(root.count + 1)) } == all)
    #expect(try expand("sub/deep") == ["sub/deep/d.jpeg"])
  }

  @Test func filesAreTakenAsTheyAre() throws {
    #expect(try expand("notes.txt", "b.jpg", "e[1].jpg") == ["notes.txt", "b.jpg", "e[1].jpg"])
  }

  @Test func patternsAreExpanded() throws {
    #expect(try expand("*.jpg") == ["b.jpg", "e[1].jpg"])
    #expect(try expand("[ab].*") == ["a.PNG", "b.jpg"])
    #expect(try expand("s?b/*.webp") == ["sub/c.webp"])
    #expect(try expand("**/*.jpeg") == ["sub/deep/d.jpeg"])
  }

  @Test func nothingFoundIsAnError() {
    #expect(throws: ImageError.missing(file: root + "/none.jpg")) { try expand("none.jpg") }
    #expect(throws: ImageError.noMatch(pattern: root + "/*.gif")) { try expand("*.gif") }
    #expect(throws: ImageError.noImages(folder: root + "/empty")) { try expand("empty") }
  }

  @Test(arguments: [
    ("photo.jpg", "*.jpg", true), ("photo.jpg", "ph?to.*", true), ("photo.jpg", "*.png", false),
    ("a-b", "a[-x]b", true), ("b", "[!a]", true), ("a", "[!a]", false), ("m", "[a-z]", true),
    ("", "*", true), ("[", "[", true), ("aaaaaaaaaaaaaaaaaaaaaaaa", "*a*a*a*a*a*a*a*b", false),
  ])
  func wildcardsMatch(name: String, pattern: String, expected: Bool) {
    #expect(
      GlobPattern.matches(Array(name.unicodeScalars)[...], Array(pattern.unicodeScalars)[...])
        == expected)
  }
}
