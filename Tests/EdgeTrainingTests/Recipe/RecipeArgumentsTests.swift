import TestSupport
import Testing

@testable import EdgeTraining

@Suite struct RecipeArgumentsTests {
  @Test func readsEverySpelling() throws {
    let recipe = try TrainingRecipe(arguments: [
      "--lr", "0.01", "--epochs=30", "--ema", "--no-official-steps", "--aa=", "--freeze", "a,b",
      "--output=x=y", "--min-lr", "0",
    ])
    #expect(recipe.learningRate == 0.01 && recipe.epochs == 30 && recipe.averages)
    #expect(!recipe.usesOfficialSteps && recipe.autoAugment == nil && recipe.frozen == ["a", "b"])
    #expect(recipe.output == "x=y" && recipe.minimumRate == 0)
  }

  @Test(
    arguments: [
      (["lr"], .unexpected(argument: "lr")), (["-lr", "1"], .unexpected(argument: "-lr")),
      (["--"], .unexpected(argument: "--")),
      (["--epohcs", "3"], .unknown(option: "epohcs", nearest: "epochs", origin: .commandLine)),
      (["--epohcs=3"], .unknown(option: "epohcs", nearest: "epochs", origin: .commandLine)),
      (["--confg", "3"], .unknown(option: "confg", nearest: "config", origin: .commandLine)),
      (["--xyzzy"], .unknown(option: "xyzzy", nearest: nil, origin: .commandLine)),
      (["--no-lr"], .unknown(option: "no-lr", nearest: nil, origin: .commandLine)),
      (["--lr"], .missingValue(option: "lr", expected: "a number above 0")),
      (["--lr", "--ema"], .missingValue(option: "lr", expected: "a number above 0")),
      (["--lr", "1", "--lr", "2"], .duplicate(option: "lr", origin: .commandLine)),
      (["--ema", "--no-ema"], .duplicate(option: "ema", origin: .commandLine)),
      (["--config", "a", "--config", "b"], .duplicate(option: "config", origin: .commandLine)),
      (
        ["--lr", "-3"],
        .value(option: "lr", found: "-3", expected: "a number above 0", origin: .commandLine)
      ),
    ] as [([String], RecipeError)])
  func refuses(arguments: [String], error: RecipeError) {
    #expect(throws: error) { try RecipeArguments(arguments) }
  }

  /// The command line wins over the file, the file over the named recipe, whoever names it.
  @Test func laterPlacesWin() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file(
      "run.yaml", "recipe: edgevit\nlr: 0.125\nepochs: 50 # comment\nema: no\n".utf8)
    let recipe = try TrainingRecipe(arguments: ["--epochs", "60", "--config", file])
    #expect(recipe.base == .edgevit && recipe.repeatedAugmentation == 3)
    #expect(recipe.learningRate == 0.125 && recipe.epochs == 60 && !recipe.averages)
    let other = try TrainingRecipe(arguments: ["--recipe", "finetune", "--config", file])
    #expect(other.base == .finetune && other.repeatedAugmentation == 1 && other.epochs == 50)
    #expect(throws: RecipeError.self) {
      try TrainingRecipe(arguments: ["--config", folder("none.yaml")])
    }
  }

  @Test func errorsReadWell() {
    let errors: [RecipeError] = [
      .unknown(option: "epohcs", nearest: "epochs", origin: .file(path: "a.yaml", line: 3)),
      .value(option: "lr", found: "x\u{1B}", expected: "a number above 0", origin: .commandLine),
      .duplicate(option: "lr", origin: .file(path: "a.yaml", line: 4)),
      .conflict(options: ["a", "b"], problem: "no", advice: "do"),
    ]
    #expect(
      errors.map(\.description) == [
        "a.yaml:3: there is no option 'epohcs'; did you mean 'epochs'?",
        "--lr: expected a number above 0, found 'x\u{FFFD}'",
        "a.yaml:4: 'lr' is given twice; leave one out", "--a, --b: no; do",
      ])
  }
}
