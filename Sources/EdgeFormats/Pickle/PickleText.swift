/// Writes the part of pickle's protocol 2 that a dictionary of tensors needs (Python's
/// `pickletools.py`), without sharing values.
struct PickleText {
  private(set) var bytes: [UInt8] = [0x80, 2]

  mutating func operation(_ code: Unicode.Scalar) { bytes.append(UInt8(ascii: code)) }

  /// Everything that `body` writes, between a mark and the operation that takes it.
  mutating func marked(_ end: Unicode.Scalar, _ body: (inout PickleText) -> Void) {
    operation("(")
    body(&self)
    operation(end)
  }

  mutating func text(_ value: String) {
    operation("X")
    bytes += UInt32(value.utf8.count).littleEndianBytes + Array(value.utf8)
  }

  mutating func integer(_ value: Int) {
    if let byte = UInt8(exactly: value) {
      bytes += [UInt8(ascii: "K"), byte]
    } else if let word = Int32(exactly: value) {
      bytes += [UInt8(ascii: "J")] + word.littleEndianBytes
    } else {
      bytes += [0x8A, 8] + value.littleEndianBytes
    }
  }

  mutating func integers(_ values: [Int]) {
    marked("t") { for value in values { $0.integer(value) } }
  }

  mutating func isFalse() { bytes.append(0x89) }

  mutating func global(_ module: String, _ name: String) {
    operation("c")
    bytes += Array("\(module)\n\(name)\n".utf8)
  }

  /// `collections.OrderedDict()`.
  mutating func orderedDictionary() {
    global("collections", "OrderedDict")
    operation(")")
    operation("R")
  }
}
