import EdgeFormats

/// The recipe of a command line, and the checkpoint that it goes on from.
package struct ResumableRecipe: Sendable {
  package let recipe: TrainingRecipe
  package let checkpoint: TrainingCheckpoint?

  /// With `--resume FILE`, or `auto` for the last checkpoint in the output folder, what the command
  /// line and its configuration file say changes the recipe of the checkpoint. `auto` starts anew
  /// where there is none.
  ///
  /// - Throws: ``RecipeError``, and `FormatError` for the checkpoint.
  package init(arguments: [String]) throws {
    let given = try RecipeArguments(arguments)
    let (file, commandLine) = (try given.configurationSettings, given.settings)
    let asked = try TrainingRecipe(file: file, commandLine: commandLine)
    guard let path = Self.checkpointPath(asked) else {
      try asked.validate(file: file, commandLine: commandLine)
      recipe = asked
      checkpoint = nil
      return
    }
    let found = try TrainingCheckpoint(contentsOf: path)
    var recipe = found.state.recipe
    try file.apply(to: &recipe)
    try commandLine.apply(to: &recipe)
    try recipe.validate(file: file, commandLine: commandLine)
    self.recipe = recipe
    checkpoint = found
  }

  private static func checkpointPath(_ recipe: TrainingRecipe) -> String? {
    guard recipe.resume == "auto" else { return recipe.resume }
    return recipe.output.flatMap { CheckpointFolder($0, keep: max(recipe.keep, 1)).resumable }
  }
}
