import EdgeFormats
import EdgeModels
import EdgeRuntime
import EdgeVision
import Foundation
import TestSupport
import Testing
import WeightsTestSupport

@Suite struct BenchTests {
  private let quick = ["bench", "--runs", "3", "--warmup", "1"]

  @Test(arguments: ISA.available)
  func isOneObject(isa: ISA) throws {
    let finished = try edgevision(
      quick + [
        "--model", "edgenext_xx_small", "--size", "64x96", "--batch", "2", "--threads", "1",
        "--json",
      ], environment: ["EDGEVISION_ISA": isa.rawValue])
    #expect(finished.status == 0)
    #expect(finished.errors == "")
    let report = try #require(try finished.json as? [String: Any])
    #expect(
      Set(report.keys) == [
        "model", "size", "batch", "threads", "isa", "precision", "median_ms", "min_ms", "p90_ms",
        "images_per_s", "madds", "gflops", "peak_gflops", "peak_share", "activation_bytes",
        "rss_bytes",
      ])
    #expect(report["model"] as? String == "edgenext_xx_small")
    #expect(report["size"] as? String == "64x96")
    #expect(report["batch"] as? Int == 2)
    #expect(report["threads"] as? Int == 1)
    #expect(report["isa"] as? String == isa.rawValue)
    let graph = try ModelDescription.edgeNeXtXXSmall.shapeGraph(height: 64, width: 96)
    #expect(report["madds"] as? Int == 2 * graph.cost.multiplyAdds)
    let median = try #require(report["median_ms"] as? Double)
    let minimum = try #require(report["min_ms"] as? Double)
    let p90 = try #require(report["p90_ms"] as? Double)
    #expect(0 < minimum && minimum <= median && median <= p90)
    #expect(abs(try #require(report["images_per_s"] as? Double) - 2000 / median) < 1e-6)
    for name in ["gflops", "peak_gflops", "peak_share"] {
      #expect(try #require(report[name] as? Double) > 0)
    }
    #expect(try #require(report["activation_bytes"] as? Int) > 2 * 64 * 96 * 3 * 4)
    #expect(try #require(report["rss_bytes"] as? Int) > 1_000_000)
  }

  /// A square of the given side; the peak is that of the network's products.
  @Test(arguments: [("ssd", "boxes"), ("deeplabv3", nil)] as [(String, String?)])
  func measuresPostProcessing(head: String, count: String?) throws {
    let arguments =
      quick + [
        "--head", head, "--backbone", "edgenext_xx_small", "--size", "64", "--postprocess",
      ]
    let finished = try edgevision(arguments + ["--json"])
    #expect(finished.status == 0 && finished.errors == "")
    let report = try #require(try finished.json as? [String: Any])
    let common: Set = [
      "model", "size", "batch", "threads", "isa", "precision", "median_ms", "min_ms", "p90_ms",
      "images_per_s", "madds", "gflops", "peak_gflops", "peak_share", "rss_bytes",
    ]
    #expect(Set(report.keys) == common.union(count.map { [$0] } ?? []))
    #expect(report["model"] as? String == "\(head)_edgenext_xx_small")
    #expect(report["size"] as? String == "64x64" && report["batch"] as? Int == 1)
    #expect(try #require(report["peak_share"] as? Double) > 0)
    let text = try edgevision(arguments)
    #expect(text.output.contains(", with post-processing\n"))
    #expect(text.output.contains("boxes") == (count != nil))
    #expect(!text.output.contains("activations"))
  }

  @Test func staysBelowEightMegabytes() throws {
    let finished = try edgevision(quick + ["--model", "edgenext_small", "--json"])
    let report = try #require(try finished.json as? [String: Any])
    #expect(report["size"] as? String == "256x256")
    #expect(report["threads"] as? Int == availableProcessors)
    #expect(try #require(report["activation_bytes"] as? Int) < 8_000_000)
  }

  @Test func usesTheProcessorsThatItMay() throws {
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/taskset") else { return }
    let processor = "$(taskset -cp $$ | sed 's/.*[^0-9]//')"
    let finished = try edgevision(
      shell: "exec taskset -c \(processor) \"$0\" \(quick.joined(separator: " "))"
        + " --model edgenext_xx_small --size 32 --json")
    let report = try #require(try finished.json as? [String: Any])
    #expect(report["threads"] as? Int == 1)
  }

  @Test func showsATable() throws {
    let finished = try edgevision(
      quick + ["--model", "edgenext_xx_small", "--size", "64", "--profile"])
    #expect(finished.status == 0)
    #expect(finished.errors == "")
    #expect(finished.lines[0].hasPrefix("edgenext_xx_small, 64x64, batch 1, "))
    for word in ["median", "images/s", "multiply-adds", "activations", "resident", "kernel", "µs"] {
      #expect(finished.output.contains(word))
    }
  }

  @Test func profilesBesideJSON() throws {
    let finished = try edgevision(
      quick + ["--model", "edgenext_xx_small", "--size", "64", "--profile", "--json"])
    #expect(try finished.json is [String: Any])
    #expect(finished.errors.contains("kernel"))
  }

  /// The network, its classes and its size come from the file.
  @Test func measuresAFile() throws {
    let folder = try TemporaryFolder()
    var metadata = WeightsMetadata()
    metadata.size = 96
    let file = try folder.checkpoint(
      "net.safetensors", of: .edgeNeXtXXSmall, classes: 3, metadata: metadata)
    let finished = try edgevision(quick + ["--weights", file, "--json"])
    let report = try #require(try finished.json as? [String: Any])
    #expect(report["model"] as? String == "edgenext_xx_small")
    #expect(report["size"] as? String == "96x96")
    let graph = try ModelDescription.edgeNeXtXXSmall.shapeGraph(height: 96, width: 96, classes: 3)
    #expect(report["madds"] as? Int == graph.cost.multiplyAdds)
  }
}
