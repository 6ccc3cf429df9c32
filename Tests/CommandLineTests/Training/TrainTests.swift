import EdgeTraining
import Foundation
import TestSupport
import Testing

/// What a run writes and prints, and what can be done with it.
@Suite struct TrainTests {
  @Test func leavesWhatItSays() throws {
    let folder = try TemporaryFolder()
    let output = folder("run")
    let finished = try train(data: folder.pictures(), output: output, plainRecipe)
    #expect(finished.status == 0, "\(finished.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: output).sorted()
    #expect(
      names.filter { !$0.hasPrefix("events.out.tfevents.") } == [
        "best.safetensors", "checkpoint-1.safetensors", "checkpoint-2.safetensors",
        "config.yaml", "confusion.csv", "confusion.png", "curves.png", "last.safetensors",
        "log.jsonl",
      ])
    #expect(names.count { $0.hasPrefix("events.out.tfevents.") } == 1)
    try expectLog(output)
    #expect(
      finished.errors.contains(
        "edgenext_xx_small: 36 training and 12 validation pictures of 3 classes, 2 threads, f32"))
    // Two epochs, a table of three classes with a head and a total, the best epoch.
    #expect(finished.lines.count { $0.hasPrefix("epoch ") } == 2)
    for name in ["blue", "green", "red"] {
      #expect(finished.lines.contains { $0.hasPrefix(name) && $0.contains(" 4 ") })
    }
    #expect(finished.lines.contains { $0.hasPrefix("top-1 ") && $0.contains("12 pictures") })
    #expect(finished.lines.last?.hasPrefix("best top-1 ") == true)
    #expect(finished.lines.last?.hasSuffix(": \(output)/best.safetensors") == true)
    let confusion = try String(contentsOfFile: "\(output)/confusion.csv", encoding: .utf8)
    #expect(confusion.split(separator: "\r\n").count == 4)
    #expect(confusion.contains("blue,green,red"))
    let recipe = try TrainingRecipe(arguments: ["--config", "\(output)/config.yaml"])
    #expect(recipe.batch == 6 && recipe.epochs == 2 && recipe.model == "edgenext_xx_small")
  }

  private func expectLog(_ output: String) throws {
    let log = try logLines(output)
    #expect(log.compactMap { $0["epoch"] as? Int } == [1, 2])
    #expect(log.compactMap { $0["step"] as? Int } == [3, 6])
    for line in log {
      #expect(
        Set(line.keys) == [
          "epoch", "step", "train_loss", "lr", "top1", "top5", "loss", "top1_ema", "seconds",
          "images_per_s",
        ])
      #expect(try #require(line["train_loss"] as? Double) > 0)
      #expect((0...100).contains(try #require(line["top1"] as? Double)))
      #expect(line["top5"] as? Double == 100)
      #expect(line["top1_ema"] is NSNull)
    }
  }

  /// Also with another number of threads that prepare pictures.
  @Test func oneSeedGivesOneResult() throws {
    let folder = try TemporaryFolder()
    let data = try folder.pictures()
    let variants = [["--workers", "0"], ["--workers", "2"], ["--seed", "1"]]
    let bits = try variants.enumerated().map { index, options in
      let output = folder("run\(index)")
      let finished = try train(
        data: data, output: output, plainRecipe + options)
      #expect(finished.status == 0, "\(finished.errors)")
      return try CheckpointBits("\(output)/last.safetensors")
    }
    #expect(bits[0].count > 300)
    #expect(bits[0].differences(from: bits[1]) == [])
    #expect(bits[0].differences(from: bits[2]).count > 300)
  }

  @Test func itsWeightsServeTheOtherCommands() throws {
    let folder = try TemporaryFolder()
    let (data, output) = (try folder.pictures(), folder("run"))
    #expect(try train(data: data, output: output, plainRecipe).status == 0)
    let weights = "\(output)/best.safetensors"
    let predicted = try edgevision(["predict", "\(data)/val/red/0.png", "--weights", weights])
    #expect(predicted.status == 0, "\(predicted.errors)")
    for name in ["blue", "green", "red"] { #expect(predicted.output.contains(name)) }
    let evaluated = try edgevision(["eval", "--weights", weights, "--data", data, "--json"])
    #expect(evaluated.status == 0, "\(evaluated.errors)")
    let result = try #require(try evaluated.json as? [String: Any])
    let log = try logLines(output).compactMap { $0["top1"] as? Double }
    #expect(result["top1"] as? Double == log.max())
    #expect(result["images"] as? Int == 12)
    let classes = try #require(result["per_class"] as? [[String: Any]])
    #expect(classes.compactMap { $0["name"] as? String } == ["blue", "green", "red"])
    #expect(classes.compactMap { $0["images"] as? Int } == [4, 4, 4])
    let table = try edgevision(["eval", "--weights", weights, "--data", data])
    #expect(table.lines.first?.hasPrefix("class") == true)
    #expect(table.lines.last?.contains("12 pictures") == true)
  }

  @Test func otherClassesAreSeen() throws {
    let folder = try TemporaryFolder()
    let (data, output) = (try folder.pictures(), folder("run"))
    #expect(try train(data: data, output: output, plainRecipe + ["--save-every", "9"]).status == 0)
    let weights = "\(output)/best.safetensors"
    let other = try folder.pictures("other", classes: ["blue", "green", "red", "violet"])
    let evaluated = try edgevision(["eval", "--weights", weights, "--data", other])
    #expect(evaluated.status == 1)
    #expect(evaluated.output == "")
    #expect(
      evaluated.errors.contains("class 'violet' is none of the network's: blue, green, red"))
    let tuned = try train(
      data: other, output: folder("tuned"), plainRecipe + ["--weights", weights])
    #expect(tuned.status == 0, "\(tuned.errors)")
    #expect(tuned.errors.contains("tell 3 classes apart, the data set has 4: the head starts anew"))
    let names = try TrainingCheckpoint(contentsOf: folder("tuned/last.safetensors")).metadata
    #expect(names.classNames == ["blue", "green", "red", "violet"])
    // As many, but others.
    let renamed = try folder.pictures("renamed", classes: ["blue", "green", "violet"])
    let again = try train(
      data: renamed, output: folder("again"), plainRecipe + ["--weights", weights])
    #expect(again.status == 0, "\(again.errors)")
    #expect(
      again.errors.contains(
        "other names than the data set's ('red', 'violet'): the head starts anew"))
    let kept = try train(data: data, output: folder("kept"), plainRecipe + ["--weights", weights])
    #expect(kept.status == 0 && !kept.errors.contains("starts anew"))
  }

  /// A loss and gradients that overflow after the first step.
  @Test func stopsAtALossThatIsNotFinite() throws {
    let folder = try TemporaryFolder()
    let data = try folder.pictures()
    let explosive =
      plainRecipe.map { $0 == "0.001" ? "1e30" : $0 }
      + ["--min-lr", "0", "--lr-scaling", "none"]
    let stopped = try train(data: data, output: folder("stopped"), explosive)
    #expect(stopped.status == 1)
    #expect(
      stopped.errors.firstMatch(
        of:
          /Error: the loss is .*(nan|inf).* in epoch 1, at step 1 with learning rate .*e\+?\d+; the first gradient that isn't finite is that of '.+'; try a smaller --lr/
      ) != nil, "\(stopped.errors)")
    let skipped = try train(
      data: data, output: folder("skipped"), explosive + ["--on-nan", "skip"])
    #expect(skipped.status == 0, "\(skipped.errors)")
    #expect(skipped.errors.contains("warning: a batch was left out: the loss is"))
    #expect(try logLines(folder("skipped")).count == 2)
    // What isn't a number has no place in JSON.
    let evaluated = try edgevision([
      "eval", "--weights", folder("skipped/best.safetensors"), "--data", data, "--json",
    ])
    #expect(evaluated.status == 0, "\(evaluated.errors)")
  }
}
