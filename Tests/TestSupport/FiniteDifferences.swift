import EdgeGraph

/// The derivatives of Σ probe ⊙ f(inputs) with respect to every input, as the operation's pullback
/// gives them and by central differences of its plain reference.
public struct DerivativeCheck {
  /// For each input: nil where it was not asked for.
  public let derived: [Reference?]
  public let measured: [Reference]

  /// - Parameters:
  ///   - variables: the inputs to differentiate; nil for all.
  ///   - step: of the differences; their error is of the order of its square.
  public init(
    _ operation: any DifferentiableOperation, inputs: [Reference], variables: Set<Int>? = nil,
    step: Double = 1e-5
  ) throws {
    let names = inputs.indices.map { "input\($0)" }
    let tensors = zip(names, inputs).map { Tensor.input($0, shape: $1.shape) }
    let output = Self.recorded(operation, tensors)
    var rng = SplitMix64(seed: 7)
    let probe = Reference.random(output.shape, in: -1...1, using: &rng)
    let probeTensor = Tensor.input("probe", shape: output.shape)
    let scalar = (output * probeTensor).sum(to: [1])
    let chosen = inputs.indices.filter { variables?.contains($0) ?? true }
    let results = try gradients(of: scalar, withRespectTo: chosen.map { tensors[$0] })
    let graph = try Graph(
      outputs: zip(chosen, results).map { Graph.Output(names[$0], $1) })
    var given = Dictionary(uniqueKeysWithValues: zip(names, inputs))
    given["probe"] = probe
    let values = graph.evaluated(given)
    derived = inputs.indices.map { index in
      chosen.firstIndex(of: index).map { values[$0] }
    }
    measured = inputs.indices.map { index in
      Self.differences(operation, inputs, index, probe, step)
    }
  }

  private static func recorded(_ operation: some Operation, _ inputs: [Tensor]) -> Tensor {
    Tensor(operation, inputs, at: "layer")
  }

  private static func differences(
    _ operation: any Operation, _ inputs: [Reference], _ index: Int, _ probe: Reference,
    _ step: Double
  ) -> Reference {
    func value(_ inputs: [Reference]) -> Double {
      zip(operation.reference(inputs).values, probe.values).reduce(0) { $0 + $1.0 * $1.1 }
    }
    var result = inputs[index]
    for position in result.values.indices {
      var (above, below) = (inputs, inputs)
      above[index].values[position] += step
      below[index].values[position] -= step
      result.values[position] = (value(above) - value(below)) / (2 * step)
    }
    return result
  }
}
