import EdgeData
import EdgeGraph
import EdgeModels
import EdgeNN
import EdgeRuntime
import TestSupport
import Testing

@testable import EdgeTraining

/// Gradients and trajectories of whole networks against the official PyTorch code.
@Suite struct GradientGoldenTests {
  struct Setting: CustomTestStringConvertible, Sendable {
    let model: ModelDescription
    let isa: ISA
    let threads: Int
    var testDescription: String { "\(model.name), \(isa), \(threads) threads" }

    /// The networks whose trajectories were recorded as well.
    static let withTrajectory = settings([
      "edgenext_xx_small", "edgenext_xx_small_bn_hs", "edgevit_xxs",
    ])
    static let all = withTrajectory + settings(["edgeformer_s", "mobilevit_s"])

    private static func settings(_ names: [String]) -> [Setting] {
      ModelDescription.all.filter { names.contains($0.name) }.flatMap { model in
        ISA.available.flatMap { isa in
          [1, 2].map { Setting(model: model, isa: isa, threads: $0) }
        }
      }
    }
  }

  private let source = SyntheticParameters(tag: "v1")

  private func session(
    _ setting: Setting, _ algorithm: OptimizerAlgorithm = .adamW(),
    precision: Precision = .float32
  ) throws -> TrainingSession {
    try TrainingSession(
      setting.model, from: source, configuration: NetworkConfiguration(),
      algorithm: algorithm,
      options: RuntimeOptions(
        isa: setting.isa, threads: setting.threads, precision: precision))
  }

  private func batch(_ golden: ClassificationGolden.TrainCase) -> TrainingBatch {
    let image = source.image(Shape(golden.inputShape)).channelsLast()
    var targets = [Float](repeating: 0, count: golden.targets.count * 1000)
    var span = targets.mutableSpan
    BatchMixing.writeTargets(
      golden.targets, classes: 1000, smoothing: golden.labelSmoothing, into: &span)
    return TrainingBatch(
      shape: image.shape, images: image.floats(), inputs: ["targets": targets])
  }

  @Test(arguments: Setting.all)
  func gradientsAgree(setting: Setting) throws {
    let golden = try ClassificationGolden(model: setting.model.name)
    let expected = try #require(golden.trainCase)
    let session = try session(setting)
    let loss = try session.computeGradients(of: batch(expected)).loss
    // 1.8e-5 on the portable kernels, which round products and sums apart.
    #expect(abs(loss - expected.loss) < 3e-5)
    // 3 times PyTorch's own error in float32, where that is larger.
    let tolerance = max(1e-4, 3 * expected.float32MaxRelativeGradientError)
    for gradient in expected.gradients {
      let values = try #require(session.gradient(of: ownName(gradient.name))).map { Double($0) }
      if expected.zeroGradients.contains(gradient.name) {
        #expect(values.allSatisfy { abs($0) <= 1e-6 }, "\(gradient.name)")
        continue
      }
      check(values, gradient, tolerance)
    }
  }

  /// PyTorch reports a block that EdgeFormer's code holds twice under the name of the first.
  private func ownName(_ name: String) -> String {
    name.hasPrefix("residual.") ? "layer_5.0." + name.dropFirst("residual.".count) : name
  }

  private func check(
    _ values: [Double], _ expected: ClassificationGolden.Gradient, _ tolerance: Double
  ) {
    let limit = tolerance * expected.norm
    let probe = source.uniform("probe:\(expected.name)", count: values.count)
    let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let checksum = zip(values, probe).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(norm - expected.norm) <= limit, "\(expected.name)")
    #expect(abs(checksum - expected.checksum) <= 3 * limit, "\(expected.name)")
    for (value, first) in zip(values, expected.first4) {
      #expect(abs(value - first) <= limit, "\(expected.name)")
    }
  }

  @Test(arguments: Setting.withTrajectory.filter { $0.threads == 2 })
  func trajectoriesAgree(setting: Setting) throws {
    try checkTrajectory(setting, tolerance: 1e-4)
  }

  /// Products of rounded numbers; weights, sums and updates are float32.
  @Test(
    .enabled(if: Precision.bfloat16.isAvailable(on: .best)),
    arguments: Setting.withTrajectory.filter { $0.isa == .best })
  func trajectoriesInMixedPrecisionAgree(setting: Setting) throws {
    try checkTrajectory(setting, precision: .bfloat16, tolerance: 1e-2)
  }

  private func checkTrajectory(
    _ setting: Setting, precision: Precision = .float32, tolerance: Double
  ) throws {
    let golden = try ClassificationGolden(model: setting.model.name)
    let (expected, trainCase) = try (
      #require(golden.adamwTrajectory), #require(golden.trainCase)
    )
    let session = try session(
      setting,
      .adamW(beta1: expected.betas[0], beta2: expected.betas[1], epsilon: expected.eps),
      precision: precision)
    let batch = batch(trainCase)
    for (step, loss) in expected.losses.enumerated() {
      #expect(abs(try session.computeGradients(of: batch).loss - loss) < tolerance)
      session.parameters.run(
        UpdateSettings(
          step: step + 1, learningRate: expected.lr, weightDecay: expected.weightDecay))
    }
    let last = try session.computeGradients(of: batch).loss
    #expect(abs(last - expected.lossAfter) < tolerance)
  }

  @Test(arguments: Setting.all.filter { $0.isa == .best && $0.threads == 2 })
  func runningStatisticsAgree(setting: Setting) throws {
    let golden = try #require(try ClassificationGolden(model: setting.model.name).trainCase)
    let session = try session(setting)
    if let statistics = golden.runningStats {
      _ = try session.computeGradients(of: batch(golden))
      for expected in statistics { try check(expected, in: session) }
    }
    guard let expected = golden.firstBatchNorm else { return }
    _ = try session.computeGradients(of: batch(golden))
    for (suffix, values) in [
      ("running_mean", expected.runningMean), ("running_var", expected.runningVar),
    ] {
      let found = try #require(session.parameter("\(expected.name).\(suffix)"))
      for (a, b) in zip(found, values) { #expect(abs(Double(a) - b) < 1e-6) }
    }
  }

  private func check(
    _ expected: ClassificationGolden.RunningStatistic, in session: TrainingSession
  ) throws {
    let found = try #require(session.parameter(ownName(expected.name))).map { Double($0) }
    let probe = source.uniform("probe:\(expected.name)", count: found.count)
    let checksum = zip(found, probe).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(checksum - expected.checksum) < 1e-5, "\(expected.name)")
    for (a, b) in zip(found, expected.first4) {
      #expect(abs(a - b) < 1e-6 * max(1, abs(b)), "\(expected.name)")
    }
  }
}
