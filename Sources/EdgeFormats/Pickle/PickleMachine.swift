/// Reads a pickle without running anything that it names.
///
/// A pickle is a program for a stack machine. Here, calls (`REDUCE`, `NEWOBJ`, `BUILD`) are data:
/// the few functions that PyTorch writes are interpreted (PickleReconstructors.swift), every other
/// becomes an opaque value that carries its name.
///
/// Time and memory are linear in the length: an operation takes at least one byte, and what copies
/// more than it reads is counted by ``charge(_:)``.
struct PickleMachine {
  static let nodeLimit = 1 << 23

  var heap = PickleHeap()
  let code: ByteSlice
  /// Where the next operation is; after ``run()``, the byte behind `STOP`.
  private(set) var position: Int
  private var stack: [PickleValue] = []
  /// The heights of the stack at which marks stand.
  private var marks: [Int] = []
  /// Python numbers memos from 0 on; what any other writer leaves out goes to `sparseMemo`.
  private var memo: [PickleValue] = []
  private var sparseMemo: [Int: PickleValue] = [:]
  private var copied = 0
  private let place: String

  init(_ code: ByteSlice, at position: Int = 0, place: String) {
    self.code = code
    self.position = position
    self.place = place
  }

  /// Runs to `STOP`; the value that is then on top.
  mutating func run() throws(FormatError) -> PickleValue {
    while true {
      let start = position
      let byte = try read(UInt8.self)
      guard let opcode = PickleOpcode(rawValue: byte) else {
        position = start
        throw malformed("an operation", found: "byte \(byte)")
      }
      if opcode == .stop { return try pop() }
      try execute(opcode)
      guard heap.nodes.count <= Self.nodeLimit, stack.count <= 2 * Self.nodeLimit else {
        throw limit("the number of values", Self.nodeLimit)
      }
    }
  }

  private mutating func execute(_ opcode: PickleOpcode) throws(FormatError) {
    if try executeScalar(opcode) { return }
    if try executeMemo(opcode) { return }
    if try executeContainer(opcode) { return }
    if try executeObject(opcode) { return }
    throw malformed("an operation without extensions or buffers", found: "\(opcode)")
  }

  // MARK: Errors

  func malformed(_ expected: String, found: String) -> FormatError {
    .malformed(
      path: code.bytes.path, place: "\(place), byte \(position)", expected: expected, found: found)
  }

  func limit(_ quantity: String, _ limit: Int) -> FormatError {
    .limit(path: code.bytes.path, place: place, quantity: quantity, limit: limit)
  }

  /// Counts elements that an operation copies, as sharing a long list makes that cheap to ask for.
  mutating func charge(_ count: Int) throws(FormatError) {
    let allowance = 4 * code.byteCount + 4096
    copied += count
    guard copied <= allowance else { throw limit("the number of copied values", allowance) }
  }

  // MARK: Stack and memo

  mutating func push(_ value: PickleValue) { stack.append(value) }

  mutating func push(_ kind: PickleNode.Kind, _ items: [PickleValue] = []) {
    heap.nodes.append(PickleNode(kind: kind, items: items))
    stack.append(.node(heap.nodes.count - 1))
  }

  mutating func pop() throws(FormatError) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.popLast() else { throw underflow() }
    return value
  }

  func top() throws(FormatError) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.last else { throw underflow() }
    return value
  }

  mutating func mark() { marks.append(stack.count) }

  mutating func popToMark() throws(FormatError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw malformed("a mark", found: "none") }
    let values = Array(stack[mark...])
    stack.removeSubrange(mark...)
    return values
  }

  /// Drops the values above the mark; without values, drops the top, as Python does.
  mutating func discard() throws(FormatError) {
    if let mark = marks.last, mark == stack.count {
      marks.removeLast()
    } else {
      _ = try pop()
    }
  }

  mutating func remember(_ index: Int) throws(FormatError) {
    let value = try top()
    if index == memo.count, sparseMemo.isEmpty {
      memo.append(value)
    } else if index < memo.count {
      memo[index] = value
    } else {
      sparseMemo[index] = value
    }
  }

  mutating func memoize() throws(FormatError) { try remember(memo.count + sparseMemo.count) }

  mutating func recall(_ index: Int) throws(FormatError) {
    guard let value = index < memo.count ? memo[index] : sparseMemo[index] else {
      throw malformed("a memo \(index)", found: "none")
    }
    stack.append(value)
  }

  private func underflow() -> FormatError {
    malformed("a value on the stack", found: "an empty stack")
  }

  // MARK: Operands

  mutating func read<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type
  ) throws(FormatError) -> Value {
    guard let value = code.load(at: position, as: type) else { throw end() }
    position += MemoryLayout<Value>.size
    return value
  }

  mutating func readText(_ count: some BinaryInteger) throws(FormatError) -> String {
    guard let count = Int(exactly: count), let text = code.text(at: position, count: count) else {
      throw end()
    }
    position += count
    return text
  }

  mutating func readBytes(_ count: some BinaryInteger) throws(FormatError) -> [UInt8] {
    guard let count = Int(exactly: count), let bytes = code.array(at: position, count: count)
    else { throw end() }
    position += count
    return bytes
  }

  /// The text up to the next line feed, which is passed.
  mutating func readLine() throws(FormatError) -> String {
    var end = position
    while let byte = code.load(at: end, as: UInt8.self), byte != 0x0A { end += 1 }
    let line = try readText(end - position)
    _ = try read(UInt8.self)
    return line
  }

  private func end() -> FormatError {
    malformed("more of the pickle", found: "its end at byte \(code.byteCount)")
  }
}
