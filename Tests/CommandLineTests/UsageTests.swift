import EdgeNN
import EdgeRuntime
import Foundation
import TestSupport
import Testing
import WeightsTestSupport

/// Exit codes: 64 for a command line that can't work, 1 for work that failed.
@Suite struct UsageTests {
  static let photo = example("chelsea.png")

  static let misuses: [[String]] = [
    ["nope"],
    ["--nope"],
    ["predict"],
    ["predict", photo, "--nope"],
    ["predict", photo, "--model", "nope"],
    ["predict", photo, "--model", ""],
    ["predict", photo, "--weights", ""],
    ["predict", photo, "--weights", "official"],
    ["predict", photo, "--weights"],
    ["predict", photo, "--threads", "0"],
    ["predict", photo, "--threads", "many"],
    ["predict", photo, "--top", "0"],
    ["predict", photo, "--top", "-1"],
    ["predict", photo, "--size", "0"],
    ["predict", photo, "--size", "31"],
    ["predict", photo, "--size", "99999999"],
    ["predict", photo, "--crop-pct", "2"],
    ["predict", photo, "--crop-pct", "0"],
    ["predict", photo, "--crop-pct", "nan"],
    ["models", "extra"],
    ["models", "--filter", "nope"],
    ["models", "--sort", "speed"],
    ["models", "--threads", "2"],
    ["models", "--plot", "networks.png", "--threads", "0"],
    ["models", "--plot", "networks.txt"],
    ["infer", "--synthetic", "v1", "--input", "a.safetensors", "--output", "b.safetensors"],
    ["infer", "--model", "edgenext_small", "--input", "a.safetensors"],
    [
      "infer", "--model", "edgenext_small", "--input", "a.safetensors", "--output", "b.safetensors",
    ],
    [
      "infer", "--model", "edgenext_small", "--synthetic", "v1", "--weights", "a.pth", "--input",
      "a.safetensors", "--output", "b.safetensors",
    ],
    [
      "infer", "--model", "edgenext_small", "--synthetic", "v1", "--input", "a.safetensors",
      "--output", "b.pth",
    ],
    [
      "infer", "--weights", "a.pth", "--classes", "3", "--input", "a.safetensors", "--output",
      "b.safetensors",
    ],
    [
      "infer", "--model", "edgenext_small", "--synthetic", "v1", "--key", "model", "--input",
      "a.safetensors", "--output", "b.safetensors",
    ],
    ["bench"],
    ["bench", "--head", "ssd"],
    ["bench", "--backbone", "edgenext_small"],
    ["bench", "--head", "ssd", "--backbone", "ssd_edgenext_s"],
    ["bench", "--head", "yolo", "--backbone", "edgenext_small"],
    ["bench", "--model", "ssd_edgenext_s", "--head", "ssd", "--backbone", "edgenext_small"],
    ["bench", "--model", "edgenext_xx_small", "--size", "16"],
    ["bench", "--model", "edgenext_xx_small", "--size", "64x"],
    ["bench", "--model", "edgenext_xx_small", "--size", "64x64x64"],
    ["bench", "--model", "edgenext_xx_small", "--size", "100000x100000"],
    ["bench", "--model", "edgenext_xx_small", "--batch", "0"],
    ["bench", "--model", "edgenext_xx_small", "--batch", "9223372036854775807"],
    ["bench", "--model", "edgenext_xx_small", "--runs", "0"],
    ["bench", "--model", "edgenext_xx_small", "--warmup", "-1"],
    ["bench", "--model", "edgenext_xx_small", "--key", "model"],
    ["inspect"],
    ["convert", "a.pth"],
    ["convert", "a.pth", "b.onnx"],
    ["convert", "a.pth", "b.safetensors", "--dtype", "f8"],
    ["convert", "a.pth", "b.safetensors", "--model", "nope"],
    ["convert", "a.pth", "b.safetensors", "--size", "0"],
  ]

  @Test(arguments: misuses)
  func refusesWrongUsage(arguments: [String]) throws {
    let finished = try edgevision(arguments)
    #expect(finished.status == 64)
    #expect(finished.output == "")
    #expect(finished.errors.contains("Error: "))
  }

  @Test(arguments: ["sse", "AVX2", "neon,avx2"])
  func refusesAnUnknownInstructionSet(name: String) throws {
    let finished = try edgevision(
      ["predict", Self.photo], environment: ["EDGEVISION_ISA": name])
    #expect(finished.status == 64)
    #expect(finished.output == "")
    #expect(finished.errors.contains("EDGEVISION_ISA: '\(name)'"))
    #expect(finished.errors.contains("available: portable"))
  }

  @Test func refusesAnInstructionSetOfOtherProcessors() throws {
    let name = ISA.allCases.first { !ISA.available.contains($0) }
    let missing = try #require(name?.rawValue)
    let finished = try edgevision(
      ["bench", "--model", "edgenext_small"], environment: ["EDGEVISION_ISA": missing])
    #expect(finished.status == 64)
  }

  static let failures: [([String], says: String)] = [
    (["predict", "/nowhere.png"], "/nowhere.png: no such file"),
    (["predict", "/nowhere/*.png"], "/nowhere/*.png"),
    (["predict", photo, "--weights", "/nowhere.pth"], "/nowhere.pth: cannot open"),
    (["predict", photo, "--weights", photo], "chelsea.png: not a PyTorch checkpoint"),
    (["predict", photo, "--weights", "/tmp"], "/tmp: cannot read: not a regular file"),
    (["predict", photo, "--labels", "/nowhere.txt"], "/nowhere.txt: cannot open"),
    (["predict", photo, "--key", "model"], "no weights under key 'model'"),
    (["inspect", "/nowhere.pth"], "/nowhere.pth: cannot open"),
    (["convert", "/nowhere.pth", "/tmp/x.safetensors"], "/nowhere.pth: cannot open"),
    (
      [
        "infer", "--model", "edgenext_small", "--synthetic", "v1", "--input", "/nowhere",
        "--output", "/tmp/x.safetensors",
      ], "/nowhere: cannot open"
    ),
  ]

  @Test(arguments: failures)
  func reportsFailedWork(arguments: [String], says: String) throws {
    let finished = try edgevision(arguments)
    #expect(finished.status == 1)
    #expect(finished.output == "")
    let error = try #require(
      finished.errors.split(separator: "\n").first { $0.hasPrefix("Error: ") })
    #expect(error.contains(says))
  }

  @Test func saysThatResultsAreLost() throws {
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    let finished = try edgevision(shell: "\"$0\" models > /dev/full")
    #expect(finished.status == 1)
    #expect(finished.errors.contains("standard output: cannot write"))
  }

  /// Whether a broken pipe's signal is ignored or not, as the parent process has it.
  @Test(arguments: ["", "trap '' PIPE; "])
  func endsQuietlyWhenNobodyReads(trap: String) throws {
    let folder = try TemporaryFolder()
    let file = try folder.checkpoint("net.safetensors", of: .edgeNeXtXXSmall, classes: 2)
    let command = "\(trap)\"$0\" inspect \(file) | head -n 1"
    let finished = try edgevision(shell: command)
    #expect(finished.lines.count == 1)
    #expect(finished.errors == "")
  }
}
