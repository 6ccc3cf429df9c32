import TestSupport
import Testing

@testable import EdgeTraining

@Suite struct TrainingRecipeTests {
  /// Every named recipe is valid as it stands, but for what the user has to name.
  @Test(arguments: TrainingRecipe.Base.allCases)
  func namedRecipesAreValid(base: TrainingRecipe.Base) throws {
    let recipe = TrainingRecipe(base)
    #expect(recipe.base == base)
    try recipe.validate()
    #expect(recipe.warnings.isEmpty)
  }

  /// Figures of `mmaaz60/EdgeNeXt`, `main.py`.
  @Test func defaultsAreThoseOfTheOfficialProgram() {
    let recipe = TrainingRecipe(.edgenext)
    #expect(recipe == TrainingRecipe())
    #expect(recipe.imagesPerStep == 512)
    #expect(recipe.peakRate == 6e-3)
    #expect(recipe.distillationWeight == 0.5)
    #expect(recipe.paddingCropMargin == nil)
  }

  /// 5e-4 · 64 · 32 / 512, as the README of `saic-fi/edgevit` has it for 2048 images.
  @Test func ratesGrowWithTheImagesInAStep() {
    var recipe = TrainingRecipe(.edgevit)
    recipe.updateFrequency = 32
    #expect(recipe.peakRate == 2e-3)
    recipe.rateScaling = .sqrt
    #expect(recipe.peakRate == 1e-3)
  }

  @Test func derivedFiguresFollowTheOptions() {
    var recipe = TrainingRecipe()
    recipe.size = 32
    #expect(recipe.paddingCropMargin == 4)
    recipe.paddingCrop = 0
    #expect(recipe.paddingCropMargin == nil)
    recipe.size = 64
    recipe.paddingCrop = 8
    #expect(recipe.paddingCropMargin == 8)
    recipe.distillation = .usi
    #expect(recipe.distillationWeight == 5)
    recipe.alpha = 0.25
    #expect(recipe.distillationWeight == 0.25)
  }

  @Test(
    arguments: [
      (["--warmup-epochs", "20", "--epochs", "20"], ["warmup-epochs", "epochs"]),
      (["--min-lr", "0.1"], ["min-lr", "lr"]),
      (["--recipe", "edgevit", "--batch", "8"], ["min-lr", "lr"]),
      (["--schedule", "cosine-epoch", "--warmup-steps", "10"], ["warmup-steps", "schedule"]),
      (["--scale", "0.5,0.25"], ["scale"]), (["--ratio", "2,1"], ["ratio"]),
      (["--cutmix-minmax", "0.5,0.25"], ["cutmix-minmax"]),
      (["--mixup", "0.8", "--batch", "3"], ["batch", "mixup", "cutmix"]),
      (["--teacher", "edgenext_base"], ["teacher", "distillation"]),
      (["--multi-scale", "cvnets", "--min-crop-size", "512"], ["min-crop-size", "max-crop-size"]),
    ] as [([String], [String])])
  func refusesWhatDoesNotGoTogether(arguments: [String], options: [String]) {
    let error = #expect(throws: RecipeError.self) { try TrainingRecipe(arguments: arguments) }
    guard case .conflict(let found, _, let advice)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(found == options)
    #expect(!advice.isEmpty)
  }

  @Test func refusesNetworksThatItDoesNotKnow() {
    #expect(
      throws: RecipeError.value(
        option: "model", found: "edgenext_smal",
        expected: "a known network, such as 'edgenext_small'", origin: .commandLine)
    ) { try TrainingRecipe(arguments: ["--model", "edgenext_smal"]) }
  }

  @Test(
    arguments: [
      ([], "data"), (["--data", "d"], "output"), (["--data", "d", "--output", "o"], "model"),
      (["--weights", "official"], "model"), (["--distillation", "usi"], "teacher-weights"),
    ] as [([String], String)])
  func namesWhatIsMissing(arguments: [String], option: String) {
    let error = #expect(throws: RecipeError.self) {
      try TrainingRecipe(arguments: arguments).validateForTraining()
    }
    guard case .missing(option, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func warnsOfTheOfficialTraps() throws {
    let unmixed = try TrainingRecipe(arguments: ["--mixup", "0.8"])
    #expect(unmixed.warnings.map { $0.prefix(12) } == ["--mixup-prob"])
    let both = try TrainingRecipe(arguments: ["--three-aug"])
    #expect(both.warnings.map { $0.prefix(11) } == ["--three-aug"])
  }

  @Test(arguments: TrainingRecipe.Base.allCases)
  func survivesYAMLAndJSON(base: TrainingRecipe.Base) throws {
    var recipe = TrainingRecipe(base)
    recipe.output = "runs/a b: #1 \"é\"\n*x"
    recipe.data = "none"
    recipe.frozen = ["*.bias", "stages.0.[01]*", "plain"]
    recipe.weightDecayEnd = 1.0 / 3
    recipe.seed = .max
    recipe.autoAugment = nil
    let file = try RecipeSettings(yaml: recipe.yaml, path: "config.yaml")
    #expect(file.settings.map(\.option) == recipe.listedOptions.sortedByGroup)
    #expect(try TrainingRecipe(file: file, commandLine: RecipeSettings()) == recipe)
    #expect(try TrainingRecipe(json: recipe.json, path: "last.safetensors") == recipe)
  }

  /// Every option with values of its kind by chance, such as texts of any characters.
  @Test func survivesYAMLWithAnyValues() throws {
    var generator = SplitMix64(seed: 5)
    for _ in 0..<200 {
      var recipe = TrainingRecipe()
      for option in TrainingOption.all {
        guard let value = Self.value(option.kind, &generator) else { continue }
        // Out of the option's range it stays at its default.
        _ = option.set(value, in: &recipe)
      }
      let file = try RecipeSettings(yaml: recipe.yaml, path: "config.yaml")
      #expect(file.settings.map(\.option) == recipe.listedOptions.sortedByGroup)
      #expect(try TrainingRecipe(file: file, commandLine: RecipeSettings()) == recipe)
    }
  }

  private static func value(
    _ kind: TrainingOption.Kind, _ generator: inout SplitMix64
  ) -> OptionValue? {
    switch kind {
    case .flag: .flag(Bool.random(using: &generator))
    case .integer(let range): .integer(Int.random(in: range, using: &generator))
    case .number: .number(number(&generator))
    case .text: .text(text(&generator))
    case .choice(let names): names.randomElement(using: &generator).map { .text($0) }
    case .numbers(let count, _): .list((0..<count).map { _ in .number(number(&generator)) })
    case .texts:
      .list((0..<Int.random(in: 0...4, using: &generator)).map { _ in .text(text(&generator)) })
    }
  }

  private static func number(_ generator: inout SplitMix64) -> Double {
    let exponent = Int.random(in: -60...3, using: &generator)
    return Double(
      sign: .plus, exponent: exponent, significand: .random(in: 1..<2, using: &generator))
  }

  private static func text(_ generator: inout SplitMix64) -> String {
    let words = ["none", "null", "~", "no", "1e3", "---", "- a", "a: b", " ", "it's", "*.bias"]
    if Bool.random(using: &generator) { return words.randomElement(using: &generator) ?? "" }
    let scalars = (0..<Int.random(in: 1...9, using: &generator)).compactMap { _ in
      Unicode.Scalar(UInt32.random(in: 0..<0x180, using: &generator))
    }
    return String(String.UnicodeScalarView(scalars))
  }
}

extension [TrainingOption] {
  /// The names in the order of the help text.
  fileprivate var sortedByGroup: [String] {
    TrainingOption.Group.allCases.flatMap { group in filter { $0.group == group }.map(\.name) }
  }
}
