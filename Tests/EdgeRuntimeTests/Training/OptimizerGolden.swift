import EdgeGraph
import FoundationEssentials
import TestSupport

@testable import EdgeRuntime

/// Ten steps of optimizers on f(p) = Σ c (p − d)² / 2; see Tests/Goldens/README.md.
struct OptimizerGolden: Decodable, Sendable {
  struct Parameter: Decodable, Sendable {
    let name: String
    let shape: [Int]
    let start, curvature, target: [Float]
  }

  struct Run: Decodable, Sendable, CustomStringConvertible {
    let name: String
    let weightDecay: Double
    let clipNorm, clipValue: Double?
    /// Of the gradients at every step, before their norm was clipped.
    let norms: [Double]
    /// For some steps, counted from 1, the parameters afterwards.
    let steps: [Int]
    let values: [[Double]]
    /// The average after the last step.
    let average: [Double]

    var description: String {
      name + (clipNorm == nil ? "" : ", clipped norm")
        + (clipValue == nil ? "" : ", clipped values")
    }

    var algorithm: OptimizerAlgorithm? {
      switch name {
      case "adamw": .adamW()
      case "adam": .adam()
      case "sgd": .sgd(momentum: 0)
      case "momentum": .sgd()
      case "nesterov": .sgd(nesterov: true)
      case "lamb": .lamb()
      default: nil
      }
    }

    /// As `make.py` sets them.
    func settings(step: Int) -> UpdateSettings {
      UpdateSettings(
        step: step, learningRate: 0.05 * (1 - Double(step - 1) / 20), weightDecay: weightDecay,
        clipNorm: clipNorm, clipValue: clipValue, averageDecay: 0.8)
    }
  }

  let problem: [Parameter]
  let runs: [Run]

  init() throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let file = Repository.golden("training/optimizers.json")
    self = try decoder.decode(Self.self, from: Data(contentsOf: file))
  }

  var layout: ParameterLayout {
    ParameterLayout(problem.map { ($0.name, Shape($0.shape), true) })
  }

  /// Biases don't decay.
  var groups: [ParameterGroup] {
    problem.map { ParameterGroup(decays: !$0.name.hasSuffix(".bias")) }
  }
}

extension ParameterUpdate {
  /// The numbers of all parameters, without the gaps.
  func numbers(_ state: StateBuffer) -> [Float] {
    layout.entries.flatMap { state[$0.range] }
  }

  func start(_ problem: [OptimizerGolden.Parameter]) {
    for parameter in problem {
      guard let range = layout[parameter.name]?.range else { continue }
      values[range] = parameter.start
      average?[range] = parameter.start
    }
  }

  /// The gradients at the present values.
  func differentiate(_ problem: [OptimizerGolden.Parameter]) {
    for parameter in problem {
      guard let range = layout[parameter.name]?.range else { continue }
      gradients[range] = zip(values[range], zip(parameter.curvature, parameter.target)).map {
        value, term in term.0 * (value - term.1)
      }
    }
  }
}
