import EdgeGraph
import FoundationEssentials

/// An operation on small tensors with its derivatives, as PyTorch computes them; see
/// Tests/Goldens/README.md.
public struct AttentionGolden: Decodable, Sendable, CustomStringConvertible {
  public struct Values: Decodable, Sendable {
    let shape: [Int]
    public let values: [Double]

    var reference: Reference { Reference(shape: Shape(shape), values: values) }
  }

  private let operation: String
  private let attributes: [String: Int]
  private let inputs: [Values]
  private let outputGradient: Values
  private let output: Values
  private let gradients: [Values]

  public var description: String { "\(operation) of \(inputs[0].shape)" }

  /// What the graph's outputs are: y, then the derivative for every input.
  public var expected: [Values] { [output] + gradients }

  /// What the graph's inputs are: `x0`, `x1`, ..., and `dy`.
  public var given: [String: Reference] {
    var result = ["dy": outputGradient.reference]
    for (index, input) in inputs.enumerated() { result["x\(index)"] = input.reference }
    return result
  }

  private var differentiable: any DifferentiableOperation {
    func attribute(_ name: String) -> Int { attributes[name] ?? 0 }
    return switch operation {
    case SoftmaxAttention.name:
      SoftmaxAttention(heads: attribute("heads"), patch: attribute("patch"))
    case DepthwiseTransposedConvolution.name:
      DepthwiseTransposedConvolution(stride: attribute("stride"))
    default:
      BilinearResize(height: attribute("height"), width: attribute("width"))
    }
  }

  public func graph() throws -> Graph {
    let tensors = inputs.enumerated().map { index, input in
      Tensor.input("x\(index)", shape: Shape(input.shape))
    }
    let dy = Tensor.input("dy", shape: Shape(outputGradient.shape))
    let y = recorded(differentiable, tensors)
    let results = differentiable.pullback(dy, inputs: tensors, output: y)
    return try Graph(
      outputs: ([y] + results.compactMap(\.self)).enumerated().map { index, tensor in
        Graph.Output("y\(index)", tensor)
      })
  }

  private func recorded(_ operation: some Operation, _ inputs: [Tensor]) -> Tensor {
    Tensor(operation, inputs, at: "layer")
  }

  public static func all() throws -> [AttentionGolden] {
    try JSONDecoder().decode(
      [Self].self, from: Data(contentsOf: Repository.golden("attention/attention.json")))
  }
}
