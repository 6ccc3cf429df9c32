import ArgumentParser
import EdgeModels
import EdgeRuntime
import EdgeVision

/// The command line. Results go to standard output, all else to standard error; exit codes are 0,
/// 1 for failed work and 64 for wrong usage.
@main
struct EdgeVisionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edgevision",
    abstract: "Light-weight vision networks: classify pictures, measure, convert weights.",
    discussion: """
      EXAMPLES
        edgevision predict photo.jpg
        edgevision predict holiday/ --model edgenext_small --weights official --json
        edgevision bench --model edgenext_base --threads 1 --profile

      The environment variable EDGEVISION_ISA (portable, avx2, avx512 or neon) forces an instruction
      set; EDGEVISION_WEIGHTS_URL names a mirror of the official weights.
      """,
    version: "0.1.0",
    subcommands: [
      Predict.self, Models.self, Infer.self, Bench.self, Inspect.self, Convert.self,
    ])

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      exit(withError: isMisuse(error) ? ValidationError("\(error)") : error)
    }
  }

  /// Errors that another command line would avoid.
  private static func isMisuse(_ error: any Error) -> Bool {
    switch error {
    case RuntimeError.instructionSet, WeightsError.modelNeeded, ModelError.unknownModel,
      ModelError.inputSize, ModelError.batchSize, ModelError.tooManyPixels,
      ModelError.classCount:
      true
    default:
      false
    }
  }
}
