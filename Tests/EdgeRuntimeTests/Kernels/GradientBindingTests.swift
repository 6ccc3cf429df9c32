import EdgeGraph
import Testing

@testable import EdgeRuntime

/// Operations that serve as derivatives, and others of training, bound to planned memory with all
/// of their inputs variable: contiguous and strided, split over threads; against their plain
/// references.
@Suite struct GradientBindingTests {
  typealias Case = BindingCase

  static let norms = [
    Case(
      "layer norm", LayerNormalizationGradient(epsilon: 1e-3),
      [[2, 50, 40, 12], [2, 50, 40, 12], [12]]),
    Case(
      "layer norm of few rows", LayerNormalizationGradient(epsilon: 1e-3),
      [[2, 40], [2, 40], [40]]),
    Case("layer norm of views", [[2, 9, 8, 12], [2, 9, 8, 12], [7]]) {
      Tensor(LayerNormalizationGradient(epsilon: 1e-3), [slice($0[0]), slice($0[1]), $0[2]])
    },
    Case("statistics", BatchStatistics(), [[2, 60, 60, 12]]),
    Case("statistics of few rows", BatchStatistics(), [[2, 12]]),
    Case("statistics of a view", [[2, 9, 8, 12]]) { Tensor(BatchStatistics(), [slice($0[0])]) },
    Case(
      "batch norm", BatchNormalizationTraining(epsilon: 1e-3),
      [[2, 9, 8, 12], [12], [12], [2, 12]]),
    Case("batch norm of a view, by its statistics", [[2, 60, 60, 12], [7], [7]]) {
      let x = slice($0[0])
      return Tensor(
        BatchNormalizationTraining(epsilon: 1e-3),
        [x, $0[1], $0[2], Tensor(BatchStatistics(), [x])])
    },
    Case("batch norm in place", [[2, 9, 8, 12], [12], [12], [2, 12]]) {
      Tensor(BatchNormalizationTraining(epsilon: 1e-3), [gelu($0[0])] + $0[1...])
    },
    Case(
      "batch norm's gradient", BatchNormalizationTrainingGradient(epsilon: 1e-3),
      [[2, 60, 60, 12], [2, 60, 60, 12], [12], [2, 12]]),
    Case("batch norm's gradient of views", [[2, 9, 8, 12], [2, 9, 8, 12], [7], [2, 7]]) {
      let inputs = [slice($0[0]), slice($0[1])] + $0[2...]
      return Tensor(BatchNormalizationTrainingGradient(epsilon: 1e-3), inputs)
    },
    Case("running mean", RunningAverage(momentum: 0.1, row: 0), [[12], [2, 12]]),
    Case(
      "running variance", RunningAverage(momentum: 0.1, row: 1, correction: 1.25),
      [[12], [2, 12]]),
  ]

  static let others = [
    Case("GELU", ActivationGradient(.gelu), [[2, 9, 8, 12], [2, 9, 8, 12]]),
    Case("hardswish", ActivationGradient(.hardswish), [[2, 9, 8, 12], [2, 9, 8, 12]]),
    Case("SiLU", ActivationGradient(.silu), [[2, 9, 8, 12], [2, 9, 8, 12]]),
    Case("ReLU6", ActivationGradient(.relu6), [[2, 9, 8, 12], [2, 9, 8, 12]]),
    Case("GELU of views", [[2, 9, 8, 12], [2, 9, 8, 12]]) {
      Tensor(ActivationGradient(.gelu), [slice($0[0]), slice($0[1])])
    },
    Case("GELU in place", [[2, 9, 8, 12], [2, 9, 8, 12]]) {
      Tensor(ActivationGradient(.gelu), [gelu($0[0]), hardswish($0[1])])
    },
    Case(
      "attention", CrossCovarianceAttentionGradient(heads: 4),
      [[3, 10, 9, 24], [3, 10, 9, 72], [4, 1, 1]]),
    Case("attention of views", [[2, 40, 12], [2, 40, 24], [1, 1, 1]]) {
      let inputs = [slice($0[0]), $0[1].split(widths: [2, 21, 1])[1], $0[2]]
      return Tensor(CrossCovarianceAttentionGradient(heads: 1), inputs)
    },
    Case(
      "max pool", MaxPoolGradient(of: MaxPool(kernelSize: 3, stride: 2, padding: 1)),
      [[3, 5, 4, 12], [3, 9, 8, 12]]),
    Case("max pool of views", [[2, 9, 8, 12], [2, 9, 8, 12]]) {
      let pool = MaxPool(kernelSize: 3, stride: 1, padding: 1)
      return Tensor(MaxPoolGradient(of: pool), [slice($0[0]), slice($0[1])])
    },
    Case("mean", SpatialMeanGradient(height: 5, width: 3), [[4, 12]]),
    Case("mean of a view", [[4, 12]]) {
      Tensor(SpatialMeanGradient(height: 5, width: 3), [slice($0[0])])
    },
    Case("scale", Scale(by: 0.3), [[2, 9, 8, 12]]),
    Case("scale of a view", [[2, 9, 8, 12]]) { Tensor(Scale(by: -2), [slice($0[0])]) },
    Case("embedding", Embed(at: 2, width: 17), [[2, 9, 8, 12]]),
    Case("embedding of a view", [[2, 9, 8, 12]]) { Tensor(Embed(at: 0, width: 7), [slice($0[0])]) },
    Case(
      "scale, shift and SiLU", AffineActivation(activation: .silu), [[2, 9, 8, 12], [12], [12]]),
    Case("scale, shift and ReLU6 of a view", [[2, 9, 8, 12], [7], [7]]) {
      Tensor(AffineActivation(activation: .relu6), [slice($0[0])] + $0[1...])
    },
    Case("scale and shift", ScaleShift(), [[2, 9, 8, 12], [12], [12]]),
  ]

  static let repeated = [
    Case("product with a number for each image", Multiply(), [[5, 9, 8, 12], [5, 1, 1, 1]]),
    Case("sum with a number for each image", Add(), [[5, 9, 8, 12], [5, 1, 1, 1]]),
    Case("product with a number for each row", Multiply(), [[5, 9, 8, 12], [5, 9, 1, 1]]),
    Case("product with a number for each pixel", Multiply(), [[5, 9, 8, 12], [5, 9, 8, 1]]),
    Case("product with a number for all", Multiply(), [[2, 9, 8, 12], [1]]),
    Case("sum with a scalar", Add(), [[2, 9, 8, 12], []]),
    Case("a number for each image of one channel", Multiply(), [[5, 9, 8, 1], [5, 1, 1, 1]]),
    Case("a view with a number for each image", [[5, 9, 8, 12], [5, 1, 1, 1]]) {
      slice($0[0]) * $0[1]
    },
    Case("product with a row for each image", Multiply(), [[5, 9, 8, 12], [5, 1, 1, 12]]),
    Case("sum with a row for each image", Add(), [[5, 9, 8, 12], [5, 1, 1, 12]]),
    Case("product with rows for each image", Multiply(), [[5, 9, 8, 12], [5, 1, 8, 12]]),
    Case("product with rows for a row of all images", Multiply(), [[5, 9, 8, 12], [9, 8, 12]]),
    Case("product with the row of one image", Multiply(), [[1, 9, 8, 12], [1, 1, 1, 12]]),
    Case("views with a row for each image", [[5, 9, 8, 12], [5, 1, 1, 12]]) {
      slice($0[0]) * slice($0[1])
    },
    Case("channel attention", [[5, 9, 8, 12], [5, 12]]) { x in
      x[0] + gelu(x[0]) * Tensor(Reshape([5, 1, 1, 12]), [x[1]])
    },
    Case("scaled sum", MultiplyAdd(), [[5, 9, 8, 12], [5, 1, 1, 12], [5, 9, 8, 12]]),
    Case("scaled sum of rows", MultiplyAdd(), [[5, 9, 8, 12], [5, 1, 8, 12], [5, 9, 8, 12]]),
    Case("sum scaled by one row", MultiplyAdd(), [[40, 12], [12], [40, 12]]),
    Case("scaled sum of one channel", MultiplyAdd(), [[5, 9, 1], [5, 1, 1], [5, 9, 1]]),
    Case("scaled sum of views", [[5, 9, 8, 12], [5, 1, 1, 12], [5, 9, 8, 12]]) {
      Tensor(MultiplyAdd(), $0.map(slice))
    },
    Case("scaled sum in place", [[5, 9, 8, 12], [5, 1, 1, 12]]) {
      Tensor(MultiplyAdd(), [gelu($0[0]), $0[1], hardswish($0[0])])
    },
    Case("a number for each image from a view", [[5, 9, 12], [5, 1, 4]]) {
      $0[0] * $0[1].split(widths: [1, 1, 2])[1]
    },
  ]

  @Test(arguments: norms + others + repeated)
  func agreesWithTheReference(c: Case) throws {
    // Of sums of thousands of terms, and of what such sums leave when they nearly cancel.
    try c.expectReference(in: 0.25...2, threads: [1, 3]) { value, _ in 3e-5 + 1e-5 * abs(value) }
  }

  @Test(arguments: [[1, 3, 1], [3, 1]] as [Shape])
  func whatRepeatsOtherwiseIsNamed(other: Shape) throws {
    let y = Tensor(
      Multiply(), [.input("a", shape: [2, 3, 4]), .input("b", shape: other)], at: "layer")
    #expect {
      try Program(
        Graph(outputs: [.init("y", y)]), options: RuntimeOptions(isa: .best, threads: 1),
        constants: ConstantStore())
    } throws: { error in
      guard case RuntimeError.unsupported("multiply", "layer", let reason) = error else {
        return false
      }
      return reason.hasPrefix("\(other) repeats over [2, 3, 4]")
    }
  }
}
