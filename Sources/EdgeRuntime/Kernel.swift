import EdgeGraph

/// An operation that the runtime can run.
protocol Kernel: Operation {
  /// The inputs whose memory the output may take over where it is not needed afterwards.
  var reusableInputs: [Int] { get }

  /// Prepares the calls that compute the operation on planned memory.
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall
}

extension Kernel {
  var reusableInputs: [Int] { [] }
}

/// Work that can be split: `run` does a range of `items`, on any thread.
struct KernelCall: Sendable {
  let items: Int
  /// Floats of private memory that each thread needs.
  var scratchCount = 0
  let run: @Sendable (Frame, Range<Int>) -> Void
}

/// The memory of one run as one thread sees it.
@safe struct Frame {
  let memory: UnsafeMutablePointer<Float>
  let scratch: UnsafeMutablePointer<Float>
}

/// A matrix in planned memory or among the constants: `rows` vectors of `columns` floats, `stride`
/// floats apart.
struct Operand: Sendable {
  let rows, columns, stride: Int
  private let offset: Int
  private let constant: ConstantBuffer?

  init(rows: Int, columns: Int, stride: Int, offset: Int) {
    self.rows = rows
    self.columns = columns
    self.stride = stride
    self.offset = offset
    constant = nil
  }

  init(constant: ConstantBuffer, rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    stride = columns
    offset = 0
    self.constant = constant
  }

  var isContiguous: Bool { stride == columns }

  /// Whether this matrix is the columns of `whole` from `column` on.
  func lies(in whole: Operand, at column: Int) -> Bool {
    constant == nil && offset == whole.offset + column && stride == whole.stride
  }

  /// The address of a row.
  @inline(__always)
  func pointer(_ frame: Frame, row: Int = 0) -> UnsafeMutablePointer<Float> {
    let base =
      if let constant { unsafe UnsafeMutablePointer(mutating: constant.pointer) } else {
        unsafe frame.memory
      }
    return unsafe base + (offset + row * stride)
  }
}

/// What a kernel is bound to: where its inputs and its output lie.
struct Binding {
  let isa: ISA
  let precision: Precision
  let path: String
  let inputs: [Tensor]
  let output: Operand
  let shape: Shape
  private let operands: [Operand?]
  private let constants: ConstantStore

  /// - Parameter operands: nil for inputs that are constant.
  init(
    _ node: Node, operands: [Operand?], output: Operand, options: RuntimeOptions,
    constants: ConstantStore
  ) {
    path = node.path
    inputs = node.inputs
    shape = node.shape
    self.operands = operands
    self.output = output
    isa = options.isa
    precision = options.precision
    self.constants = constants
  }

  /// An input as a matrix whose columns are its last axis.
  func operand(_ index: Int) throws(RuntimeError) -> Operand {
    if let operand = operands[index] { return operand }
    let shape = inputs[index].shape
    return Operand(
      constant: try constant(index, .plain), rows: shape.rows, columns: shape.columns)
  }

  /// An input that is known when planning.
  func constant(_ index: Int, _ packing: Packing) throws(RuntimeError) -> ConstantBuffer {
    guard operands[index] == nil else {
      throw .unsupported(
        operation: "binding", path: path, reason: "input \(index) has to be constant")
    }
    return try constants.buffer(for: inputs[index], packing)
  }
}
