import EdgeGraph
import EdgeModels
import Foundation
import TestSupport
import Testing

@testable import EdgeTraining

/// Losses as they are recorded, against plain arithmetic.
@Suite struct ObjectiveTests {
  /// Gives the mean of each channel as the logit of a class.
  private struct ChannelMeans: Network {
    func callAsFunction(_ x: Tensor) -> NetworkOutputs {
      NetworkOutputs(results: [Graph.Output("logits", Tensor(SpatialMean(), [x]))], features: [])
    }
  }

  private static let images: Shape = [4, 1, 1, 3]
  private static let kinds: [Objective.Distillation?] = [
    nil, .soft(alpha: 0.3, temperature: 3), .soft(alpha: 1, temperature: 1), .hard(alpha: 0.4),
    .added(alpha: 5),
  ]

  private func random(_ seed: UInt64, in range: ClosedRange<Float>) -> Reference {
    var rng = SplitMix64(seed: seed)
    return .random([4, 3], in: range, using: &rng)
  }

  private func softmax(_ row: [Double], temperature: Double = 1) -> [Double] {
    let powers = row.map { exp($0 / temperature) }
    return powers.map { $0 / powers.reduce(0, +) }
  }

  private func crossEntropy(_ logits: [Double], _ targets: [Double]) -> Double {
    -zip(softmax(logits), targets).reduce(0) { $0 + $1.1 * log($1.0) }
  }

  private func binary(_ logits: [Double], _ targets: [Double]) -> Double {
    let terms = zip(logits, targets).map { logit, target in
      let p = 1 / (1 + exp(-logit))
      return -target * log(p) - (1 - target) * log(1 - p)
    }
    return terms.reduce(0, +) / Double(terms.count)
  }

  private func divergence(
    _ student: [Double], _ teacher: [Double], _ temperature: Double
  ) -> Double {
    let (p, q) = (
      softmax(student, temperature: temperature), softmax(teacher, temperature: temperature)
    )
    return zip(p, q).reduce(0) { $0 + $1.1 * log($1.1 / $1.0) }
  }

  /// The loss of one image of three classes.
  private func expected(
    _ objective: Objective, _ logits: [Double], _ targets: [Double], _ teacher: [Double]
  ) -> Double {
    let base =
      objective.loss == .crossEntropy
      ? crossEntropy(logits, targets) : binary(logits, targets)
    return switch objective.distillation {
    case nil: base
    case .soft(let alpha, let temperature)?:
      (1 - alpha) * base + alpha * temperature * temperature / 3
        * divergence(logits, teacher, temperature)
    case .hard(let alpha)?: (1 - alpha) * base + alpha * crossEntropy(logits, teacher)
    case .added(let alpha)?: base + alpha * divergence(logits, teacher, 1)
    }
  }

  @Test(arguments: TrainingRecipe.Loss.allCases, kinds)
  func isTheMeanOfPlainArithmetic(loss: TrainingRecipe.Loss, kind: Objective.Distillation?) throws {
    let objective = Objective(loss: loss, distillation: kind)
    let graph = try objective.graph(of: ChannelMeans(), images: Self.images)
    #expect(graph.outputs.map(\.name) == ["loss", "logits"])
    #expect(graph.outputs.map(\.tensor.shape) == [[1], [4, 3]])
    let (logits, targets) = (random(1, in: -3...3), random(2, in: 0...1))
    let isHard = if case .hard? = kind { true } else { false }
    var teacher = random(3, in: -2...2)
    if isHard { teacher.values = [0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0] }
    var inputs = [
      "images": Reference(shape: Self.images, values: logits.values), "targets": targets,
    ]
    if kind != nil { inputs["teacher"] = teacher }
    let found = graph.evaluated(inputs)
    #expect(largestDifference(found[1].values, logits.values) == 0)
    let rows = (0..<4).map { row -> Double in
      let range = row * 3..<row * 3 + 3
      return expected(
        objective, Array(logits.values[range]), Array(targets.values[range]),
        Array(teacher.values[range]))
    }
    // Double precision on both sides; factors are numbers of float32.
    #expect(abs(found[0].values[0] - rows.reduce(0, +) / 4) < 1e-6)
  }

  /// A network that doesn't take the images says so.
  @Test(arguments: kinds) func wrongShapesAreErrors(kind: Objective.Distillation?) {
    #expect(throws: GraphError.self) {
      try Objective(distillation: kind).graph(of: ChannelMeans(), images: [4, 3])
    }
  }

  /// The options of a recipe name the same things.
  @Test func followsTheRecipe() {
    var recipe = TrainingRecipe()
    #expect(recipe.objective == Objective(loss: .crossEntropy))
    recipe.loss = .binaryCrossEntropy
    recipe.alpha = 0.7
    recipe.temperature = 4
    recipe.distillation = .soft
    #expect(
      recipe.objective
        == Objective(
          loss: .binaryCrossEntropy, distillation: .soft(alpha: 0.7, temperature: 4)))
    recipe.distillation = .hard
    #expect(recipe.objective.distillation == .hard(alpha: 0.7))
    recipe.distillation = .usi
    #expect(recipe.objective.distillation == .added(alpha: 0.7))
    recipe.alpha = nil
    #expect(recipe.objective.distillation == .added(alpha: 5))
  }
}
