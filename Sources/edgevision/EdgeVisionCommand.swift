import ArgumentParser
import EdgeTraining
import EdgeVision

/// The command line. Results go to standard output, all else to standard error; exit codes are 0,
/// 1 for failed work and 64 for wrong usage.
@main
struct EdgeVisionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edgevision",
    abstract: "Light-weight vision networks: classify, find and segment, train, measure, convert.",
    discussion: """
      Results go to standard output, all else to standard error. The exit code is 0,
      1 for failed work, 64 for wrong usage.

      EXAMPLES
        edgevision predict photo.jpg
        edgevision predict photos/ --model edgenext_small --json
        edgevision detect street.jpg --weights detector.safetensors --save found
        edgevision train --model edgenext_xx_small --data flowers --output run
        edgevision bench --model edgenext_base --threads 1 --profile

      ENVIRONMENT
        EDGEVISION_ISA          forces an instruction set: portable, avx2, avx512 or
                                neon
        EDGEVISION_WEIGHTS_URL  scheme and host of a mirror of the official weights
        XDG_CACHE_HOME          downloads are kept in its folder edgevision; default:
                                ~/.cache
      """,
    version: "0.1.0",
    subcommands: [
      Predict.self, Detect.self, Segment.self, Train.self, Evaluate.self, Augment.self, Models.self,
      Infer.self, Bench.self, Inspect.self, Convert.self,
    ])

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch Console.Failure.brokenPipe {
      exit(withError: ExitCode.failure)
    } catch  where isMisuse(error) {
      Console.note("Error: \(error)")
      exit(withError: ExitCode.validationFailure)
    } catch {
      exit(withError: error)
    }
  }

  /// Errors that are found late and that another command line would avoid.
  private static func isMisuse(_ error: any Error) -> Bool {
    switch error {
    case RuntimeError.instructionSet, ModelError.inputSize, ModelError.batchSize,
      ModelError.tooManyPixels, ModelError.classCount, TrainingJobError.occupied,
      TrainingJobError.classCount:
      true
    case ModelError.task, is TaskMismatch, OverlayError.overwrites: true
    case RecipeError.unreadable: false
    case is RecipeError: true
    default:
      false
    }
  }
}
