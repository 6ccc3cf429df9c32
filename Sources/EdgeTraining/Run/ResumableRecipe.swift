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
    let asked = try TrainingRecipe(arguments: arguments)
    guard let path = Self.checkpointPath(asked) else {
      recipe = asked
      checkpoint = nil
      return
    }
    let found = try TrainingCheckpoint(contentsOf: path)
    var recipe = found.state.recipe
    let given = try RecipeArguments(arguments)
    if let file = given.configuration {
      try RecipeSettings(contentsOf: file).apply(to: &recipe)
    }
    try given.settings.apply(to: &recipe)
    try recipe.validate()
    self.recipe = recipe
    checkpoint = found
  }

  private static func checkpointPath(_ recipe: TrainingRecipe) -> String? {
    guard recipe.resume == "auto" else { return recipe.resume }
    return recipe.output.flatMap { CheckpointFolder($0, keep: max(recipe.keep, 1)).resumable }
  }
}
