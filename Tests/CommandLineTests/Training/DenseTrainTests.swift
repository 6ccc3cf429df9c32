import EdgeTraining
import Foundation
import TestSupport
import Testing

/// Runs of detection and segmentation: what they write and print, and what can be done with it.
@Suite struct DenseTrainTests {
  enum Kind: String, CaseIterable {
    case ssd, deeplabv3

    var model: String { "\(rawValue)_edgenext_xx_small" }
    var figure: String { self == .ssd ? "ap" : "miou" }
    var title: String { self == .ssd ? "AP" : "mIoU" }
    var classes: [String] { self == .ssd ? ["red", "green"] : ["background", "red", "green"] }
  }

  private func recipe(epochs: Int = 2) -> [String] {
    [
      "--size", "64", "--batch", "4", "--epochs", "\(epochs)", "--warmup-steps", "2", "--lr",
      "0.001", "--ema-decay", "0.8", "--threads", "2", "--seed", "5",
    ]
  }

  private func data(_ kind: Kind, _ folder: borrowing TemporaryFolder) throws -> String {
    kind == .ssd ? try folder.boxes() : try folder.masks()
  }

  private func train(
    _ kind: Kind, _ data: String, _ output: String, _ options: [String] = [], epochs: Int = 2,
    interruption: Interruption? = nil
  ) throws -> Finished {
    try edgevision(
      ["train", "--model", kind.model, "--data", data, "--output", output]
        + recipe(epochs: epochs) + options, interruption: interruption)
  }

  @Test(arguments: Kind.allCases) func leavesWhatItSays(kind: Kind) throws {
    let folder = try TemporaryFolder()
    let output = folder("run")
    let finished = try train(kind, data(kind, folder), output)
    #expect(finished.status == 0, "\(finished.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: output).sorted()
    #expect(
      names.filter { !$0.hasPrefix("events.out.tfevents.") } == [
        "best-ema.safetensors", "best.safetensors", "checkpoint-1.safetensors",
        "checkpoint-2.safetensors", "config.yaml",
      ] + (kind == .ssd ? [] : ["confusion.csv", "confusion.png"]) + [
        "curves.png", "last.safetensors", "log.jsonl",
      ])
    #expect(
      finished.errors.contains(
        "\(kind.model): 8 training and 4 validation pictures of \(kind.classes.count) classes"))
    for line in try logLines(output) {
      let own =
        kind == .ssd ? ["ap", "ap50", "ap75", "ap_ema"] : ["miou", "pixel_accuracy", "miou_ema"]
      #expect(
        Set(line.keys)
          == Set(
            own + ["epoch", "step", "train_loss", "lr", "loss", "seconds", "images_per_s"]))
      #expect((0...100).contains(try #require(line[kind.figure] as? Double)))
      let loss = try #require(line["loss"] as? Double)
      #expect(loss.isFinite && loss > 0)
    }
    let epochs = finished.lines.filter { $0.hasPrefix("epoch ") }
    #expect(epochs.count { $0.contains(" \(kind.figure) ") && $0.contains(" loss ") } == 2)
    for name in kind.classes { #expect(finished.lines.contains { $0.hasPrefix(name) }) }
    #expect(finished.lines.last?.hasPrefix("best \(kind.title) ") == true)
    let config = try String(contentsOfFile: "\(output)/config.yaml", encoding: .utf8)
    #expect(config.contains("recipe: \(kind.rawValue)") && !config.contains("mixup"))
  }

  @Test(arguments: Kind.allCases) func aKilledRunGoesOnToTheSameBits(kind: Kind) throws {
    let folder = try TemporaryFolder()
    let (data, whole, killed) = (try data(kind, folder), folder("whole"), folder("killed"))
    #expect(try train(kind, data, whole, epochs: 3).status == 0)
    let first = try train(
      kind, data, killed, epochs: 3,
      interruption: Interruption(signal: SIGKILL) { _ in
        FileManager.default.fileExists(atPath: "\(killed)/last.safetensors")
      })
    #expect(first.status == 128 + Int(SIGKILL), "\(first.errors)")
    let second = try train(kind, data, killed, ["--resume", "auto"], epochs: 3)
    #expect(second.status == 0, "\(second.errors)")
    let bits = try [whole, killed].map { try CheckpointBits("\($0)/last.safetensors") }
    #expect(bits[0].differences(from: bits[1]) == [])
    #expect(bits[0] == bits[1])
  }

  @Test(arguments: Kind.allCases) func itsWeightsAreEvaluated(kind: Kind) throws {
    let folder = try TemporaryFolder()
    let (data, output) = (try data(kind, folder), folder("run"))
    #expect(try train(kind, data, output, ["--no-ema"]).status == 0)
    let arguments = [
      "eval", "--weights", "\(output)/best.safetensors", "--data", data, "--threads", "2",
    ]
    let evaluated = try edgevision(arguments + ["--json"])
    #expect(evaluated.status == 0, "\(evaluated.errors)")
    let result = try #require(try evaluated.json as? [String: Any])
    let log = try logLines(output)
    let best = log.compactMap { $0[kind.figure] as? Double }.max()
    #expect(result[kind.figure] as? Double == best)
    let loss = try #require(result["loss"] as? Double)
    let line = try #require(log.first { $0[kind.figure] as? Double == best })
    let logged = try #require(line["loss"] as? Double)
    #expect(loss > 0 && abs(loss - logged) < 1e-5 * loss, "\(loss), logged \(logged)")
    #expect(result["images"] as? Int == 4)
    let classes = try #require(result["per_class"] as? [[String: Any]])
    #expect(classes.compactMap { $0["name"] as? String } == kind.classes)
    if kind == .ssd {
      #expect(classes.compactMap { $0["objects"] as? Int } == [2, 2])
      #expect(
        Set(result.keys).isSuperset(
          of: ["ap", "ap50", "ap75", "ap_small", "ar_100", "voc_ap50", "voc07_ap50"]))
    } else {
      #expect(classes.compactMap { $0["pixels"] as? Int }.reduce(0, +) == 4 * 64 * 64)
    }
    let table = try edgevision(arguments + ["--part", "train", "--batch", "3"])
    #expect(table.status == 0, "\(table.errors)")
    #expect(table.lines.first?.hasPrefix("class") == true)
    #expect(table.lines.last?.contains("8 pictures") == true)
    #expect(table.lines.last?.contains(" %, loss ") == true)
  }

  @Test func detectionsAreWritten() throws {
    let folder = try TemporaryFolder()
    let (data, output) = (try folder.boxes(), folder("run"))
    #expect(try train(.ssd, data, output, ["--no-ema"]).status == 0)
    let finished = try edgevision([
      "eval", "--weights", "\(output)/best.safetensors", "--data", data, "--results",
      folder("found.json"), "--threshold", "0",
    ])
    #expect(finished.status == 0, "\(finished.errors)")
    let text = try Data(contentsOf: URL(filePath: folder("found.json")))
    let found = try #require(try JSONSerialization.jsonObject(with: text) as? [[String: Any]])
    #expect(!found.isEmpty && found.count <= 4 * 2 * 200)
    for detection in found {
      #expect((100..<104).contains(try #require(detection["image_id"] as? Int)))
      #expect([3, 7].contains(try #require(detection["category_id"] as? Int)))
      #expect((detection["bbox"] as? [Double])?.count == 4)
    }
  }

  @Test func confusionsAreDrawn() throws {
    let folder = try TemporaryFolder()
    let (data, output) = (try folder.masks(), folder("run"))
    #expect(try train(.deeplabv3, data, output, ["--no-ema"]).status == 0)
    let arguments = [
      "eval", "--weights", "\(output)/best.safetensors", "--data", data, "--confusion",
    ]
    for name in ["pixels.png", "pixels.csv"] {
      let finished = try edgevision(arguments + [folder(name)])
      #expect(finished.status == 0, "\(finished.errors)")
    }
    #expect(try folder.pngSize("pixels.png").count == 2)
    let table = try String(contentsOfFile: folder("pixels.csv"), encoding: .utf8)
    #expect(table.hasPrefix("label,background,red,green\r\n"))
    #expect(try edgevision(arguments + ["pixels.txt"]).status == 64)
  }

  /// Four pictures on each sheet, in two columns, with the colors of classes below masks.
  @Test(arguments: Kind.allCases) func theBestAndTheWorstAreDrawn(kind: Kind) throws {
    let folder = try TemporaryFolder()
    let (data, output) = (try data(kind, folder), folder("run"))
    #expect(try train(kind, data, output, ["--no-ema"], epochs: 1).status == 0)
    let finished = try edgevision([
      "eval", "--weights", "\(output)/best.safetensors", "--data", data, "--json", "--best",
      folder("best.png"), "--worst", folder("worst.png"),
    ])
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(try finished.jsonLines.count == 1)
    for name in ["best", "worst"] {
      let legend = kind == .ssd ? 0 : 29
      let path = folder("\(name).png")
      let size = [16 + 2 * (2 * 240 + 4 + 16), 46 + 2 * (240 + 34 + 16) + legend]
      #expect(try folder.pngSize("\(name).png") == size.map { 2 * $0 })
      #expect(finished.errors.contains("\(path): the 4 \(name) pictures"))
    }
  }

  /// A classification network's features serve; a data set of other classes gets a new head.
  @Test func startsFromOtherWeights() throws {
    let folder = try TemporaryFolder()
    let (boxes, masks) = (try folder.boxes(), try folder.masks())
    let shipped = try train(.ssd, boxes, folder("shipped"), ["--weights", "shipped"])
    #expect(shipped.status == 0, "\(shipped.errors)")
    #expect(shipped.errors.contains("ssd_edgenext_xx_small: the features of edgenext_xx_small"))
    #expect(shipped.errors.contains("what stands on them starts anew"))
    let classes = try folder.pictures()
    let classifier = try edgevision(
      [
        "train", "--model", "edgenext_xx_small", "--data", classes, "--output", folder("classes"),
        "--size", "32", "--batch", "6", "--threads", "2",
      ] + plainRecipe)
    #expect(classifier.status == 0, "\(classifier.errors)")
    // The network follows from the task and the weights.
    let segmenter = try edgevision(
      [
        "train", "--task", "segmentation", "--data", masks, "--output", folder("masks-run"),
        "--weights", folder("classes/best.safetensors"), "--auxiliary-head",
      ] + recipe())
    #expect(segmenter.status == 0, "\(segmenter.errors)")
    #expect(
      segmenter.errors.contains("deeplabv3_edgenext_xx_small: the features of edgenext_xx_small"))
    let again = try train(
      .deeplabv3, masks, folder("again"),
      ["--weights", folder("masks-run/best.safetensors"), "--auxiliary-head"])
    #expect(again.status == 0, "\(again.errors)")
    #expect(!again.errors.contains("starts anew"))
    let mismatch = try edgevision([
      "train", "--data", masks, "--output", folder("none"), "--weights",
      folder("masks-run/best.safetensors"),
    ])
    #expect(mismatch.status != 0)
  }

  @Test func defectsEndARunBeforeItBegins() throws {
    let folder = try TemporaryFolder()
    let data = try folder.boxes(defects: 23)
    let refused = try train(.ssd, data, folder("run"))
    #expect(refused.status == 1)
    #expect(refused.errors.contains("23 annotations can't be used:"))
    #expect(refused.errors.contains("and 3 more") && refused.errors.contains("--skip-bad"))
    #expect(!FileManager.default.fileExists(atPath: folder("run/log.jsonl")))
    let finished = try train(.ssd, data, folder("run"), ["--skip-bad"])
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(finished.errors.contains("warning: left out: 23 annotations"))
  }

  @Test(
    arguments: [
      (["--task", "detection", "--mixup", "0.8"], "--mixup means nothing for detection"),
      (["--head", "ssd"], "--backbone is missing"),
      (["--recipe", "ssd", "--model", "edgenext_small"], "ssd is a recipe for detection"),
      (["--model", "ssd_nothing"], "--model: expected"),
    ] as [([String], String)])
  func wrongOptionsAreUsageErrors(options: [String], says: String) throws {
    let finished = try edgevision(["train"] + options)
    #expect(finished.status == 64)
    #expect(finished.errors.contains(says), "\(finished.errors)")
  }

  @Test(
    arguments: [
      (["--model", "ssd_edgenext_xx_small", "--crop-pct", "0.9"], "--crop-pct means nothing"),
      (["--model", "edgenext_xx_small", "--threshold", "0.5"], "--threshold means nothing"),
      (["--task", "detection", "--weights", "a.pth", "--confusion", "a.csv"], "--confusion means"),
      (["--model", "edgenext_xx_small", "--best", "a.png"], "--best means nothing"),
      (["--task", "classification", "--weights", "a.pth", "--worst", "a.png"], "--worst means"),
      (["--model", "ssd_edgenext_xx_small", "--mistakes", "a.png"], "--mistakes means nothing"),
      (["--model", "ssd_edgenext_xx_small", "--worst", "a.jpg"], "'a.jpg' is invalid"),
      (["--weights", "a.pth", "--best", "a.png", "--worst", "a.png"], "are the same file, a.png"),
      (["--weights", "a.pth", "--threshold", "1"], "--threshold must be at least 0"),
      (["--weights", "a.pth", "--size", "0"], "--size must be between"),
    ] as [([String], String)])
  func evaluationRefusesWrongOptions(options: [String], says: String) throws {
    let finished = try edgevision(["eval", "--data", "/nowhere"] + options)
    #expect(finished.status == 64)
    #expect(finished.errors.contains(says), "\(finished.errors)")
  }

  @Test(arguments: Kind.allCases) func samplesAreDrawn(kind: Kind) throws {
    let folder = try TemporaryFolder()
    let task = kind == .ssd ? "detection" : "segmentation"
    let arguments = ["augment", try data(kind, folder), "--task", task, "--size", "64"]
    let drawn = try edgevision(arguments + ["--out", folder("sheet.png"), "--count", "3"])
    #expect(drawn.status == 0, "\(drawn.errors)")
    // Squares of 240 points.
    #expect(try folder.pngSize("sheet.png")[0] == 2 * (16 + 256 * 3))
    guard kind == .deeplabv3 else { return }
    let timed = try edgevision(arguments + ["--time", "--json"])
    #expect(timed.status == 0, "\(timed.errors)")
    #expect(try timed.jsonLines[0]["images"] as? Int ?? 0 >= 8)
  }

  @Test(arguments: Kind.allCases) func benchMeasuresTraining(kind: Kind) throws {
    let finished = try edgevision([
      "bench", "--model", kind.model, "--training", "--size", "64", "--batch", "2", "--runs", "2",
      "--warmup", "1", "--threads", "2", "--json",
    ])
    #expect(finished.status == 0, "\(finished.errors)")
    let report = try #require(try finished.json as? [String: Any])
    #expect(report["model"] as? String == kind.model)
    #expect(try #require(report["median_ms"] as? Double) > 0)
  }
}
