import CEdgeKernels
import EdgeGraph

/// a ⊙ b + c, where rows of `b` repeat over `a`: the end of a branch that is scaled channel by
/// channel, for all images or for each.
///
/// - Inputs: `a`; `b`, which repeats as in ``Multiply``, but not along the last axis; `c` of the
///   shape of `a`.
/// - Output: the shape of `a`. Cost: 2 operations per element.
struct MultiplyAdd: Operation {
  static let name = "multiply_add"

  /// Whether the rows of a factor repeat over a shape in a way that has a kernel.
  static func accepts(_ factor: Shape, over shape: Shape) -> Bool {
    factor.columns == shape.columns && RepeatedAxes(factor, over: shape) != nil
  }

  func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let shape = try Multiply().outputShape(inputs)
    guard Self.accepts(inputs[1], over: shape), inputs[2] == shape else {
      throw .mismatch(expected: "rows that repeat over \(shape), and a term of it", found: inputs)
    }
    return shape
  }

  func cost(_ inputs: [Shape]) -> Cost {
    let elements = inputs.reduce(inputs[0].count) { $0 + $1.count }
    return Cost(operations: 2 * inputs[0].count, bytes: 4 * elements)
  }

  func reference(_ inputs: [Reference]) -> Reference {
    Add().reference([Multiply().reference(inputs), inputs[2]])
  }
}

extension MultiplyAdd: Kernel {
  var reusableInputs: [Int] { [2, 0] }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let (a, b, c) = (try binding.operand(0), try binding.operand(1), try binding.operand(2))
    let (output, code) = (binding.output, binding.isa.code)
    let axes = try RepeatedAxes(
      binding.inputs[1].shape, over: binding.shape, Self.name, binding)
    let rows = axes.rows(columns: a.columns)
    return KernelCall(items: a.rows) { frame, range in
      rows.eachRun(range) { run, source in
        let first = run.lowerBound
        unsafe ek_multiply_add_f32(
          code, Int64(run.count), Int64(a.columns), a.pointer(frame, row: first),
          Int64(a.stride), b.pointer(frame, row: source), Int64(rows.isSingle ? 0 : b.stride),
          c.pointer(frame, row: first), Int64(c.stride), output.pointer(frame, row: first),
          Int64(output.stride))
      }
    }
  }
}
