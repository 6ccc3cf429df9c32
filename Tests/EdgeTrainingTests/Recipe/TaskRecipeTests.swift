import EdgeModels
import TestSupport
import Testing

@testable import EdgeTraining

/// How task, network and recipe find each other, and what is refused.
@Suite struct TaskRecipeTests {
  @Test(
    arguments: [
      ([], .classification, .edgenext), (["--task", "detection"], .detection, .ssd),
      (["--task", "segmentation"], .segmentation, .deeplabv3),
      (["--model", "ssd_edgeformer_s"], .detection, .ssd),
      (["--model", "deeplabv3_mobilevit_s"], .segmentation, .deeplabv3),
      (["--recipe", "ssd"], .detection, .ssd),
      (["--recipe", "deeplabv3", "--task", "segmentation"], .segmentation, .deeplabv3),
      (["--head", "ssd", "--backbone", "edgenext_small"], .detection, .ssd),
      (["--model", "edgenext_small", "--recipe", "finetune"], .classification, .finetune),
    ] as [([String], NetworkTask, TrainingRecipe.Base)])
  func theTaskChoosesTheRecipe(
    arguments: [String], task: NetworkTask, base: TrainingRecipe.Base
  ) throws {
    let recipe = try TrainingRecipe(arguments: arguments)
    #expect(recipe.resolvedTask == task && recipe.base == base)
  }

  /// Figures of `ssd_edgeformer_s.yaml` and `deeplabv3_edgeformer_s.yaml`.
  @Test func recipesAreThoseOfTheOfficialProgram() {
    let (ssd, deepLab) = (TrainingRecipe(.ssd), TrainingRecipe(.deeplabv3))
    for recipe in [ssd, deepLab] {
      #expect(recipe.optimizer == .adamw && recipe.decaysAll && recipe.averages)
      #expect(recipe.averageDecay == 0.9995 && !recipe.averageWarmup)
      let schedule = LearningRateSchedule(
        recipe, steps: StepCount(epochs: recipe.epochs, stepsPerEpoch: 1000))
      #expect(schedule.value(step: 0) == 9e-5 && schedule.value(step: 500) == 9e-4)
      #expect(schedule.value(step: recipe.epochs * 1000 - 1) < 3e-6)
    }
    #expect(ssd.batch == 32 && ssd.size == 320 && ssd.epochs == 200 && ssd.weightDecay == 0.02)
    #expect(deepLab.batch == 8 && deepLab.size == 512 && deepLab.epochs == 50)
    #expect(deepLab.weightDecay == 0.01 && deepLab.headRate == 10 && ssd.headRate == 1)
    #expect(deepLab.networkConfiguration(classes: 21).headDropoutRate == 0.1)
  }

  @Test func headsAndBackbonesNameNetworks() throws {
    let recipe = try TrainingRecipe(arguments: ["--head", "ssd", "--backbone", "mobilevit_s"])
    #expect(recipe.model == "ssd_mobilevit_s")
    let tasked = try TrainingRecipe(arguments: [
      "--task", "segmentation", "--backbone", "edgenext_xx_small",
    ])
    #expect(tasked.model == "deeplabv3_edgenext_xx_small")
    // What is written down says the same twice, and may name a network by another name.
    let file = try RecipeSettings(yaml: recipe.yaml, path: "config.yaml")
    #expect(try TrainingRecipe(file: file, commandLine: RecipeSettings()) == recipe)
    let alias = try TrainingRecipe(arguments: [
      "--head", "ssd", "--backbone", "edgenext_small", "--model", "ssd_edgenext_s",
    ])
    #expect(alias.model == "ssd_edgenext_s")
  }

  @Test(
    arguments: [
      (["--task", "detection", "--model", "edgenext_small"], ["task", "model"]),
      (["--recipe", "edgenext", "--task", "detection"], ["recipe", "task"]),
      (["--recipe", "ssd", "--model", "edgenext_small"], ["recipe", "task"]),
      (
        ["--head", "ssd", "--backbone", "edgenext_small", "--model", "ssd_mobilevit_s"],
        ["backbone", "model"]
      ),
      (
        ["--task", "segmentation", "--random-resize", "2,0.5"], ["random-resize"]
      ),
    ] as [([String], [String])])
  func refusesWhatDoesNotGoTogether(arguments: [String], options: [String]) {
    let error = #expect(throws: RecipeError.self) { try TrainingRecipe(arguments: arguments) }
    guard case .conflict(let found, _, let advice)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(found == options && !advice.isEmpty)
  }

  @Test(
    arguments: [
      (["--head", "ssd"], "backbone"), (["--backbone", "edgenext_small"], "head"),
    ] as [([String], String)])
  func headsNeedBackbones(arguments: [String], option: String) {
    let error = #expect(throws: RecipeError.self) { try TrainingRecipe(arguments: arguments) }
    guard case .missing(option, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(
    arguments: [
      (["--task", "detection", "--mixup", "0.8"], "mixup", .detection),
      (["--task", "detection", "--auxiliary-head"], "auxiliary-head", .detection),
      (["--task", "detection", "--dropout", "0.1"], "dropout", .detection),
      (["--task", "segmentation", "--smoothing", "0.1"], "smoothing", .segmentation),
      (["--task", "segmentation", "--crop-pct", "0.9"], "crop-pct", .segmentation),
      (["--random-resize", "0.5,2"], "random-resize", .classification),
    ] as [([String], String, NetworkTask)])
  func refusesWhatMeansNothing(arguments: [String], option: String, task: NetworkTask) {
    let error = RecipeError.irrelevant(option: option, task: task, origin: .commandLine)
    #expect(throws: error) { try TrainingRecipe(arguments: arguments) }
    #expect(error.description == "--\(option) means nothing for \(task.rawValue); leave it out")
  }

  /// The configuration that a run leaves can be read again; what was added to it is looked at.
  @Test(arguments: NetworkTask.allCases) func configurationsAreTaken(task: NetworkTask) throws {
    let folder = try TemporaryFolder()
    let recipe = try TrainingRecipe(arguments: ["--task", task.rawValue, "--lr", "0.0005"])
    let path = try folder.file("config.yaml", recipe.yaml.utf8)
    #expect(try TrainingRecipe(arguments: ["--config", path]) == recipe)
    #expect(try ResumableRecipe(arguments: ["--config", path]).recipe == recipe)
    let names = Set(recipe.listedOptions.map(\.name))
    #expect(names.contains("mixup") == (task == .classification))
    #expect(names.contains("random-resize") == (task == .segmentation))
    // The value of the recipe is no harm.
    let harmless = try folder.file("harmless.yaml", (recipe.yaml + "temperature: 1\n").utf8)
    guard task != .classification else { return }
    #expect(try TrainingRecipe(arguments: ["--config", harmless]) == recipe)
    let added = try folder.file("added.yaml", (recipe.yaml + "temperature: 2\n").utf8)
    let error = #expect(throws: RecipeError.self) {
      try TrainingRecipe(arguments: ["--config", added])
    }
    #expect(error?.description.contains("added.yaml:") == true)
    #expect(error?.description.contains("temperature means nothing for") == true)
  }

  /// Everything else may be chosen for every task.
  @Test func mostOptionsConcernAllTasks() {
    for name in [
      "lr", "multi-scale", "ema", "freeze", "hflip", "head-lr-multiplier", "layer-decay",
    ] {
      let option = TrainingOption.named(name)
      #expect(NetworkTask.allCases.allSatisfy { option?.concerns($0) == true }, "\(name)")
    }
  }

  @Test func badPicturesHaveAShortForm() throws {
    #expect(try TrainingRecipe(arguments: ["--skip-bad"]).skipsBadImages)
    #expect(try !TrainingRecipe(arguments: ["--no-skip-bad"]).skipsBadImages)
    #expect(throws: RecipeError.self) {
      try TrainingRecipe(arguments: ["--skip-bad", "--skip-bad-images"])
    }
  }

  @Test func namesTheDataOfTheTask() {
    let error = #expect(throws: RecipeError.self) {
      try TrainingRecipe(arguments: ["--task", "detection"]).validateForTraining()
    }
    #expect(error?.description.contains("images and boxes") == true)
  }
}
