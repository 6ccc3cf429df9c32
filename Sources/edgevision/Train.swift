import ArgumentParser
import EdgeTraining

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train or fine-tune a network on a folder of pictures.",
    usage: "edgevision train --model <NAME> --data <DIR> --output <DIR> [OPTIONS]",
    discussion: """
      DIR holds train/CLASS/*.jpg and val/CLASS/*.jpg (or test), or is a tar file of
      the same layout, or CIFAR's binary files. Ctrl-C finishes the step, saves and
      says how to go on; a run that was killed goes on from its last checkpoint with
      --resume auto, to the same bits.

      EXAMPLES
        edgevision train --model edgenext_xx_small --data flowers --output run
        edgevision train --recipe finetune --model edgenext_small \\
          --weights official --data flowers --output run
        edgevision train --config run/config.yaml --resume auto

      \(TrainingOption.help())
      """)

  @Argument(parsing: .allUnrecognized, help: .hidden)
  var options: [String] = []

  func run() throws {
    let plan = try ResumableRecipe(arguments: options)
    try plan.recipe.validateForTraining()
    try TrainingJob(plan).run()
  }
}
