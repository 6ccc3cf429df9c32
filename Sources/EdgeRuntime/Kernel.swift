import EdgeGraph

/// An operation that the runtime can run.
protocol Kernel: Operation {
  /// The inputs whose memory the output may take over where it is not needed afterwards.
  var reusableInputs: [Int] { get }

  /// Floats that the calls share while the operation runs.
  func temporaryCount(_ request: TemporaryRequest) -> Int

  /// Prepares the calls that compute the operation on planned memory.
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall
}

extension Kernel {
  var reusableInputs: [Int] { [] }
  func temporaryCount(_ request: TemporaryRequest) -> Int { 0 }
}

/// What decides how much memory an operation needs besides its output.
struct TemporaryRequest {
  let inputs: [Shape]
  /// Whether each input is known when planning.
  let isConstant: [Bool]
  let output: Shape
  let options: RuntimeOptions
}

/// Work that can be split: `run` does a range of `items`, on any thread.
struct KernelCall: Sendable {
  /// Calls of the same operation that have to be finished before, in order.
  var before: [KernelCall] = []
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

/// A matrix in planned memory, among the constants, or in a state that outlives the run: `rows`
/// vectors of `columns` floats, `stride` floats apart.
struct Operand: Sendable {
  let rows, columns, stride: Int
  private let offset: Int
  private var constant: ConstantBuffer?
  private var state: StateBuffer?

  init(rows: Int, columns: Int, stride: Int, offset: Int) {
    self.rows = rows
    self.columns = columns
    self.stride = stride
    self.offset = offset
  }

  init(constant: ConstantBuffer, rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    stride = columns
    offset = 0
    self.constant = constant
  }

  init(state: StateBuffer, offset: Int, shape: Shape) {
    precondition(offset >= 0 && offset + shape.count <= state.count, "\(shape) at \(offset)")
    rows = shape.rows
    columns = shape.columns
    stride = columns
    self.offset = offset
    self.state = state
  }

  /// A range of this matrix's numbers under another shape.
  func view(_ shape: Shape, from column: Int, stride: Int) -> Operand {
    var result = Operand(
      rows: shape.rows, columns: shape.columns, stride: stride, offset: offset + column)
    result.constant = constant
    result.state = state
    return result
  }

  /// Whether it lies in memory that outlives the run.
  var isState: Bool { state != nil }

  var isContiguous: Bool { stride == columns }

  /// Whether this matrix is the columns of `whole` from `column` on.
  func lies(in whole: Operand, at column: Int) -> Bool {
    constant == nil && state == nil && offset == whole.offset + column
      && stride == whole.stride
  }

  /// The address of a row.
  @inline(__always)
  func pointer(_ frame: Frame, row: Int = 0) -> UnsafeMutablePointer<Float> {
    let base =
      if let constant {
        unsafe UnsafeMutablePointer(mutating: constant.pointer)
      } else if let state {
        unsafe state.pointer
      } else {
        unsafe frame.memory
      }
    return unsafe base + (offset + row * stride)
  }
}

/// What a kernel is bound to: where its inputs and its output lie.
struct Binding {
  let options: RuntimeOptions
  let path: String
  let inputs: [Tensor]
  let output: Operand
  let shape: Shape
  /// As many floats as ``Kernel/temporaryCount(_:)`` asked for, in one row.
  let temporary: Operand
  private let operands: [Operand?]
  private let constants: ConstantStore

  var isa: ISA { options.isa }
  var precision: Precision { options.precision }

  /// - Parameter operands: nil for inputs that are constant.
  init(
    _ node: Node, operands: [Operand?], output: Operand, temporary: Operand,
    options: RuntimeOptions, constants: ConstantStore
  ) {
    path = node.path
    inputs = node.inputs
    shape = node.shape
    self.operands = operands
    self.output = output
    self.temporary = temporary
    self.options = options
    self.constants = constants
  }

  /// An input as a matrix whose columns are its last axis.
  func operand(_ index: Int) throws(RuntimeError) -> Operand {
    if let operand = operands[index] { return operand }
    let shape = inputs[index].shape
    return Operand(
      constant: try constant(index, .plain), rows: shape.rows, columns: shape.columns)
  }

  func isConstant(_ index: Int) -> Bool { operands[index] == nil }

  /// An input that is known when planning.
  func constant(_ index: Int, _ packing: Packing) throws(RuntimeError) -> ConstantBuffer {
    guard isConstant(index) else {
      throw .unsupported(
        operation: "binding", path: path, reason: "input \(index) has to be constant")
    }
    return try constants.buffer(for: inputs[index], packing)
  }
}
