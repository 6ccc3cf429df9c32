import EdgeGraph
import FoundationEssentials

/// Losses and their derivatives as PyTorch computes them; see Tests/Goldens/README.md.
public struct LossGolden: Decodable, Sendable {
  public struct Case: Decodable, Sendable, CustomStringConvertible {
    public let name: String
    public let shape: [Int]
    public let logits: [Double]
    /// The targets, or the teacher's logits.
    public let other: [Double]
    public let loss: [Double]
    /// Of Σ (i + 1) lossᵢ with respect to the logits.
    public let gradient: [Double]
    public let temperature: Double?

    public var description: String { "\(name) of \(shape)" }

    public var operation: any DifferentiableOperation {
      switch name {
      case CrossEntropy.name: CrossEntropy()
      case BinaryCrossEntropy.name: BinaryCrossEntropy()
      default: DistillationDivergence(temperature: temperature ?? 1)
      }
    }

    public var inputs: [String: Reference] {
      [
        "logits": Reference(shape: Shape(shape), values: logits),
        "other": Reference(shape: Shape(shape), values: other),
        "dy": Reference(shape: [shape[0]], values: (1...shape[0]).map(Double.init)),
      ]
    }

    /// The loss and the gradient, on the inputs `logits`, `other` and `dy`.
    public func graph() throws -> Graph {
      let logits = Tensor.input("logits", shape: Shape(shape))
      let other = Tensor.input("other", shape: Shape(shape))
      let dy = Tensor.input("dy", shape: [shape[0]])
      let loss = recorded(operation, [logits, other])
      let gradient = operation.pullback(dy, inputs: [logits, other], output: loss)[0]
      return try Graph(outputs: [.init("loss", loss), .init("gradient", gradient ?? loss)])
    }

    private func recorded(_ operation: some Operation, _ inputs: [Tensor]) -> Tensor {
      Tensor(operation, inputs, at: "loss")
    }
  }

  public let cases: [Case]
  /// DeiT's soft distillation and USI's, of the cases with the temperatures 3 and 1.
  public let deit, usi: Double

  public init() throws {
    self = try JSONDecoder().decode(
      Self.self, from: Data(contentsOf: Repository.golden("training/losses.json")))
  }
}
