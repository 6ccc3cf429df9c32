import CEdgeKernels
import EdgeGraph
import Synchronization

/// Numbers at a fixed address, written once and read by kernels for as long as this object lives.
@safe final class ConstantBuffer: @unchecked Sendable {
  // Safe to share: nothing writes after init.
  private let memory: UnsafeRawPointer
  let byteCount: Int

  /// - Parameter fill: writes `count` numbers of type `Element`, which are zero before.
  init<Element: BitwiseCopyable>(
    _ type: Element.Type, count: Int, _ fill: (UnsafeMutablePointer<Element>) -> Void
  ) {
    byteCount = count * MemoryLayout<Element>.stride
    let raw = unsafe alignedMemory(byteCount: byteCount)
    unsafe fill(raw.bindMemory(to: type, capacity: count))
    unsafe memory = UnsafeRawPointer(raw)
  }

  convenience init(_ values: [Float]) {
    unsafe self.init(Float.self, count: values.count) { memory in
      unsafe memory.initialize(from: values, count: values.count)
    }
  }

  deinit { unsafe memory.deallocate() }

  /// The numbers of a buffer of float32.
  var pointer: UnsafePointer<Float> { unsafe memory.assumingMemoryBound(to: Float.self) }

  /// The bits of the numbers of a buffer of float16 or bfloat16.
  var halves: UnsafePointer<UInt16> { unsafe memory.assumingMemoryBound(to: UInt16.self) }
}

/// Numbers that outlive a run: parameters, gradients, moments. Zeros at first.
@safe package final class StateBuffer: @unchecked Sendable {
  // Safe to share: whoever owns a state lets one run at a time write it, and its threads write
  // disjoint parts of it.
  let pointer: UnsafeMutablePointer<Float>
  package let count: Int

  package init(count: Int) {
    self.count = count
    unsafe pointer = alignedFloats(count)
  }

  deinit { unsafe pointer.deallocate() }

  /// The numbers of a range.
  package subscript(range: Range<Int>) -> [Float] {
    get {
      precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count)")
      return unsafe Array(
        UnsafeBufferPointer(start: pointer + range.lowerBound, count: range.count))
    }
    set {
      precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count)")
      precondition(newValue.count == range.count, "\(newValue.count) numbers for \(range)")
      unsafe (pointer + range.lowerBound).update(from: newValue, count: range.count)
    }
  }
}

/// Zeroed memory on a cache line's boundary.
func alignedMemory(byteCount: Int) -> UnsafeMutableRawPointer {
  let memory = UnsafeMutableRawPointer.allocate(byteCount: max(byteCount, 64), alignment: 64)
  unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
  return unsafe memory
}

/// Zeroed memory for floats on a cache line's boundary.
func alignedFloats(_ count: Int) -> UnsafeMutablePointer<Float> {
  unsafe alignedMemory(byteCount: 4 * count).bindMemory(to: Float.self, capacity: count)
}

/// The constants of one model in the layouts that kernels read, each made once and shared by all
/// programs of the model. What depends on the image size belongs to its program alone, so that a
/// model that meets many sizes doesn't keep something of each.
final class ConstantStore: Sendable {
  private struct Key: Hashable, Sendable {
    let expression: ConstantKey
    let packing: Packing
  }

  private let buffers = Mutex<[Key: ConstantBuffer]>([:])

  /// The value of a constant tensor, packed.
  /// - Throws: ``RuntimeError/noValue(parameter:)``.
  func buffer(for tensor: Tensor, _ packing: Packing) throws(RuntimeError) -> ConstantBuffer {
    let key = Key(expression: try ConstantKey(tensor.node), packing: packing)
    if key.expression.dependsOnSize { return try packing.pack(tensor) }
    if let buffer = buffers.withLock({ $0[key] }) { return buffer }
    let buffer = try packing.pack(tensor)
    return buffers.withLock { buffers in
      if let other = buffers[key] { return other }
      buffers[key] = buffer
      return buffer
    }
  }

  /// The bytes of all constants that programs share.
  var byteCount: Int { buffers.withLock { $0.values.reduce(0) { $0 + $1.byteCount } } }
}

/// What a constant is made from, comparable between graphs recorded from the same model.
indirect enum ConstantKey: Hashable, Sendable {
  case parameter(String)
  /// By content: another graph may keep another literal at the same address.
  case literal(Shape, DType, [UInt8])
  case operation(AnyOperation, Shape, [ConstantKey])

  init(_ node: Node) throws(RuntimeError) {
    switch node.kind {
    case .parameter(let value):
      self = .parameter(value.name)
    case .constant(let data):
      self = .literal(data.shape, data.dtype, data.bytes())
    case .operation(let operation):
      var inputs: [ConstantKey] = []
      for input in node.inputs { inputs.append(try ConstantKey(input.node)) }
      self = .operation(AnyOperation(base: operation), node.shape, inputs)
    case .input, .poison:
      throw .unsupported(operation: "constant", path: node.path, reason: "it is not constant")
    }
  }

  /// Whether position codes enter it, which differ from one image size to the next.
  var dependsOnSize: Bool {
    switch self {
    case .parameter, .literal: false
    case .operation(_, _, let inputs): inputs.isEmpty || inputs.contains(where: \.dependsOnSize)
    }
  }
}

/// Operations of any type, equal where type and attributes are.
struct AnyOperation: Hashable, Sendable {
  let base: any Operation

  static func == (a: AnyOperation, b: AnyOperation) -> Bool {
    AnyHashable(a.base) == AnyHashable(b.base)
  }

  func hash(into hasher: inout Hasher) { base.hash(into: &hasher) }
}

extension Tensor {
  /// The value of a constant tensor in double precision, by the operations' references.
  func evaluated() throws(RuntimeError) -> Reference {
    switch node.kind {
    case .constant(let data):
      return Reference(data)
    case .parameter(let parameter):
      guard let value = parameter.value else { throw .noValue(parameter: parameter.name) }
      return Reference(value)
    case .operation(let operation):
      var inputs: [Reference] = []
      for input in node.inputs { inputs.append(try input.evaluated()) }
      return operation.reference(inputs)
    case .input, .poison:
      throw .unsupported(operation: "constant", path: node.path, reason: "it is not constant")
    }
  }

  /// The value of a constant tensor in float32; parameters are read without a detour.
  func evaluatedFloats() throws(RuntimeError) -> [Float] {
    if case .parameter(let parameter) = node.kind, let value = parameter.value {
      return value.floats()
    }
    if node.operation is Reshape { return try node.inputs[0].evaluatedFloats() }
    return try evaluated().values.map { Float($0) }
  }
}
