import Foundation
import TestSupport
import Testing

/// What the program says about itself, word for word. Tests/Goldens/README.md tells how to write
/// the stored texts anew.
@Suite struct HelpTests {
  static let commands = [
    "predict", "detect", "segment", "train", "eval", "augment", "models", "infer", "bench",
    "inspect",
    "convert",
  ]

  private func stored(_ name: String) throws -> String {
    try String(contentsOf: Repository.golden("command/\(name).txt"), encoding: .utf8)
  }

  @Test(arguments: [[], ["--help"], ["help"]])
  func showsTheProgram(arguments: [String]) throws {
    let finished = try edgevision(arguments)
    #expect(finished.output == (try stored("edgevision")))
    #expect(finished.errors == "")
    #expect(finished.status == 0)
  }

  @Test(arguments: commands)
  func showsEachCommand(command: String) throws {
    let finished = try edgevision([command, "--help"])
    #expect(finished.output == (try stored(command)))
    #expect(finished.output.contains("EXAMPLES"))
    #expect(finished.status == 0)
    #expect(try edgevision(["help", command]).output == finished.output)
  }

  @Test func showsItsVersion() throws {
    let finished = try edgevision(["--version"])
    #expect(finished.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
    #expect(finished.status == 0)
  }

  @Test func listsTheNetworks() throws {
    let finished = try edgevision(["models"])
    #expect(finished.output == (try stored("models_table")))
    #expect(finished.status == 0)
  }

  @Test func listsACheckpoint() throws {
    let file = Repository.golden("checkpoints/everything.pth").path
    let finished = try edgevision(["inspect", file])
    #expect(finished.output == (try stored("inspect_table")))
    #expect(finished.status == 0)
  }
}
