import ArgumentParser
import EdgeTraining

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train or fine-tune a network on a data set.",
    usage: "edgevision train --model <NAME> --data <DIR> --output <DIR> [OPTIONS]",
    discussion: """
      For classification, DIR holds train/CLASS/*.jpg and val/CLASS/*.jpg (or test),
      or is a tar file of the same layout, or CIFAR's binary files; for detection it
      is of COCO's or PASCAL VOC's layout; for segmentation of PASCAL VOC's, or holds
      train/images, train/masks and classes.txt. Ctrl-C finishes the step, saves and
      says how to go on; a run that was killed goes on from its last checkpoint with
      --resume auto, to the same bits.

      --head ssd --backbone NAME is short for --model ssd_NAME. The recipes ssd and
      deeplabv3 have the rates of their authors for four devices; on one machine, a
      smaller batch wants a smaller --lr. Losses on class scores and what mixes, cuts
      or erases pictures are for classification.

      EXAMPLES
        edgevision train --model edgenext_xx_small --data flowers --output run
        edgevision train --recipe finetune --model edgenext_small \\
          --weights official --data flowers --output run
        edgevision train --model ssd_edgenext_xx_small --data coco --output boxes \\
          --weights official --batch 16 --lr 0.0002
        edgevision train --head deeplabv3 --backbone edgeformer_s --data voc \\
          --output masks --weights edgeformer_s.pt --size 256 --batch 4 --lr 0.0001
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
