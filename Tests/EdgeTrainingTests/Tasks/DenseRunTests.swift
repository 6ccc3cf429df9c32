import EdgeFormats
import EdgeGraph
import TestSupport
import Testing

@testable import EdgeTraining

/// Whole runs of detection and segmentation on pictures of 64 by 64.
@Suite struct DenseRunTests {
  private static let bases: [TrainingRecipe.Base] = [.ssd, .deeplabv3]

  @Test(arguments: bases) func theLossFalls(base: TrainingRecipe.Base) throws {
    let recipe = TrainingRecipe.tiny(base, epochs: 6)
    let (run, watch) = (try recipe.run(training: 12, validation: 5), WatchedRun())
    #expect(try run.run(watch))
    let losses = watch.summaries.map(\.trainingLoss)
    #expect(losses.count == 6 && watch.skipped == 0)
    #expect(losses.allSatisfy { $0.isFinite && $0 > 0 })
    #expect(losses[5] < 0.9 * losses[0], "\(losses)")
    #expect(run.position.updates == 18)
  }

  /// Epochs are judged by the task's figures, plain and averaged weights alike.
  @Test(arguments: bases) func epochsAreJudged(base: TrainingRecipe.Base) throws {
    let recipe = TrainingRecipe.tiny(base, epochs: 2)
    let (run, watch) = (try recipe.run(training: 8, validation: 3), WatchedRun())
    #expect(try run.run(watch))
    let principal: Figure = base == .ssd ? .ap : .miou
    for summary in watch.summaries {
      #expect(summary.validation.principal == principal && summary.averaged != nil)
      #expect((0...100).contains(summary.validation.score))
      let record = EpochRecord(summary)
      #expect(record[principal] == summary.validation.score)
      #expect(record[principal, isAverage: true] == summary.averaged?.score)
      #expect(record.line.contains("\"\(principal.rawValue)_ema\":"))
      let loss = try #require(record[.loss])
      #expect(loss.isFinite && loss > 0)
      #expect(record.scalars.contains { $0.tag == "loss/validation" && $0.value == loss })
      #expect(record.summary(epochs: 2).contains(" loss "))
    }
    #expect(watch.summaries[0].isBest && watch.summaries[0].isBestAverage)
    let best = try #require(run.position.best)
    #expect(best.figure == principal)
    #expect(best.value == watch.summaries.map(\.validation.score).max())
  }

  /// With everything that draws random numbers or keeps a state.
  @Test(arguments: bases) func aStoppedRunGoesOnToTheSameBits(base: TrainingRecipe.Base) throws {
    var recipe = TrainingRecipe.tiny(base, epochs: 3)
    recipe.updateFrequency = 2
    recipe.batch = 2
    recipe.clipGradient = 1
    recipe.dropPath = 0.1
    recipe.hasAuxiliaryHead = base == .deeplabv3
    let whole = try recipe.run(training: 9, validation: 2)
    #expect(try whole.run(WatchedRun()))
    let folder = try TemporaryFolder()
    let first = try recipe.run(training: 9, validation: 2)
    // In the middle of the second epoch.
    #expect(try !first.run(WatchedRun(stoppingAfter: 3)))
    try first.checkpoint.write(to: folder("last.safetensors"))
    let second = try recipe.run(training: 9, validation: 2)
    let checkpoint = try TrainingCheckpoint(contentsOf: folder("last.safetensors"))
    #expect(checkpoint.state.recipe == recipe && checkpoint.state.samplerPosition > 0)
    try second.restore(checkpoint)
    #expect(try second.run(WatchedRun()))
    #expect(second.position == whole.position)
    let (found, expected) = (second.checkpoint.bits, whole.checkpoint.bits)
    #expect(found.keys.filter { found[$0] != expected[$0] } == [])
    #expect(found.count == expected.count)
  }

  /// Averages move with every update, and lag behind.
  @Test(arguments: bases) func averagesFollow(base: TrainingRecipe.Base) throws {
    let run = try TrainingRecipe.tiny(base, epochs: 1).run(training: 4, validation: 1)
    let before = run.weights(averaged: true)
    #expect(try run.run(WatchedRun()))
    let (plain, averaged) = (run.weights(averaged: false), run.weights(averaged: true))
    let first = before.keys.first { $0.hasSuffix("dwconv.weight") }
    let name = try #require(first)
    let (old, new, mean) = (
      before[name]?.floats() ?? [], plain[name]?.floats() ?? [], averaged[name]?.floats() ?? []
    )
    #expect(old != new && !old.isEmpty)
    for index in old.indices {
      let expected = Double(old[index]) + 0.2 * (Double(new[index]) - Double(old[index]))
      #expect(abs(Double(mean[index]) - expected) < 1e-6)
    }
  }

  @Test(arguments: bases) func sizesMayChange(base: TrainingRecipe.Base) throws {
    var recipe = TrainingRecipe.tiny(base, epochs: 2)
    recipe.multiScale = .cvnets
    recipe.minimumCropSize = 64
    recipe.maximumCropSize = 96
    recipe.cropSizeCount = 2
    recipe.hasAuxiliaryHead = base == .deeplabv3
    let (run, watch) = (try recipe.run(training: 12, validation: 2), WatchedRun())
    #expect(try run.run(watch))
    #expect(watch.summaries.allSatisfy { $0.trainingLoss.isFinite })
  }

  /// The head's parameters have a rate of their own.
  @Test func headsLearnFaster() throws {
    let recipe = TrainingRecipe.tiny(.deeplabv3, epochs: 1)
    #expect(recipe.headRate == 10)
    let parameters: [(name: String, shape: Shape)] = [
      ("encoder.stages.0.0.dwconv.weight", [24, 1, 3, 3]),
      ("seg_head.classifier.classifier.block.conv.weight", [3, 256, 1, 1]),
    ]
    let groups = try ParameterGroups(parameters, recipe: recipe) { $0.hasPrefix("seg_head.") }
    #expect(groups.groups.map(\.learningRateScale) == [1, 10])
    #expect(groups.groups.allSatisfy { $0.decays })
  }
}
