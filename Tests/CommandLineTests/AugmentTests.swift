import Foundation
import TestSupport
import Testing

@Suite struct AugmentTests {
  /// Squares of 120 points, gaps and margins of 16, a line of text; two pixels a point.
  @Test(arguments: [
    ([], [4, 1]), (["--count", "3"], [3, 1]), (["--repeats", "3", "--count", "3"], [6, 2]),
    (["--repeats", "7", "--size", "48", "--recipe", "finetune"], [7, 4]),
  ])
  func drawsASheet(options: [String], grid: [Int]) throws {
    let folder = try TemporaryFolder()
    let data = try folder.dataset(["train", "val"])
    let finished = try edgevision(["augment", data, "--out", folder("a.png")] + options)
    #expect(finished.status == 0)
    #expect(finished.output == "" && finished.errors == "")
    let size = [2 * (16 + 136 * grid[0]), 2 * (16 + 156 * grid[1])]
    #expect(try folder.pngSize("a.png") == size)
  }

  private func sheet(_ options: [String], _ folder: borrowing TemporaryFolder) throws -> Data {
    let finished = try edgevision(
      ["augment", folder("pictures"), "--out", folder("a.png")] + options)
    #expect(finished.status == 0, "\(finished.errors)")
    return try Data(contentsOf: URL(filePath: folder("a.png")))
  }

  @Test func followsTheRecipe() throws {
    let folder = try TemporaryFolder()
    _ = try folder.dataset(["train", "val"])
    let plain = ["--size", "32", "--aa", "none", "--color-jitter", "0"]
    let expected = try sheet(plain, folder)
    #expect(try sheet(plain, folder) == expected)
    for other in [["--seed", "1"], ["--hflip", "1"], ["--padding-crop", "2"], ["--three-aug"]] {
      #expect(try sheet(plain + other, folder) != expected, "\(other)")
    }
    let file = try folder.file(
      "recipe.yaml", "size: 32\naa: none\ncolor-jitter: 0\ndata: \(folder("pictures"))\n".utf8)
    let output = folder("b.png")
    #expect(try edgevision(["augment", "--config", file, "--out", output]).status == 0)
    #expect(try Data(contentsOf: URL(filePath: output)) == expected)
  }

  @Test(arguments: [
    ([], "give --out FILE.png, or --time"),
    (["/tmp", "--time", "--out", "a.png"], "give --out FILE.png, or --time"),
    (["/tmp", "--out", "a.png", "--json"], "which --json goes with"),
    (["--out", "a.jpg"], "'a.jpg' is invalid for '--out <FILE.png>'"),
    (["--out", "a.png"], "name the data set"),
    (["--out", "a.png", "--size", "32", "/tmp"], "'/tmp' belongs to no option; DIR comes first"),
    (["/tmp", "--out", "a.png", "--count", "0"], "got 0 and 1"),
    (["/tmp", "--out", "a.png", "--count", "21", "--repeats", "20"], "got 21 and 20"),
    (["/tmp", "--out", "a.png", "--repeats", "9223372036854775807"], "at most 400"),
  ])
  func refusesWrongUsage(arguments: [String], says: String) throws {
    let finished = try edgevision(["augment"] + arguments)
    #expect(finished.status == 64)
    #expect(finished.output == "")
    #expect(finished.errors.contains(says))
  }

  @Test func reportsFailedWork() throws {
    let folder = try TemporaryFolder()
    let data = try folder.dataset(["train", "val"])
    func errors(
      _ path: String, _ output: String, _ environment: [String: String] = [:]
    ) throws -> String {
      let finished = try edgevision(
        ["augment", path, "--out", output], environment: environment)
      #expect(finished.status == 1)
      return finished.errors
    }
    #expect(try errors("/nowhere", folder("a.png")).contains("/nowhere: no such file or folder"))
    #expect(try errors(data, "/nowhere/a.png").contains("/nowhere/a.png: cannot write"))
    #expect(
      try errors(data, folder("a.png"), folder.withoutFonts()).contains("fonts-dejavu-core"))
    _ = try folder.file("pictures/train/ant/0.png", "no picture".utf8)
    #expect(try errors(data, folder("a.png")).contains("ant/0.png"))
    #expect(!FileManager.default.fileExists(atPath: folder("a.png")))
  }

  @Test func leavesOutBadPicturesWhereAsked() throws {
    let folder = try TemporaryFolder()
    let data = try folder.dataset(["train", "val"])
    _ = try folder.file("pictures/train/ant/0.png", "no picture".utf8)
    let finished = try edgevision(
      ["augment", data, "--out", folder("a.png"), "--size", "32", "--skip-bad-images"])
    #expect(finished.status == 0)
    #expect(finished.errors.contains("left out: ") && finished.errors.contains("ant/0.png"))
    #expect(try folder.pngSize("a.png") == [2 * (16 + 136 * 3), 2 * (16 + 156)])
  }
}
