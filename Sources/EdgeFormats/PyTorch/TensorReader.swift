import EdgeGraph

/// Makes tensors from their descriptions. What lies in the file as it is needed stays there; what
/// is strided or big-endian is rearranged, within the budget.
struct TensorReader<Table: StorageTable> {
  var table: Table
  var budget: MemoryBudget
  let path: String

  mutating func tensor(_ tensor: PickleTensor, name: String) throws(FormatError) -> TensorData {
    guard case .known(let dtype) = tensor.type, let shape = Shape(stored: tensor.shape) else {
      throw .limit(
        path: path, place: "tensor '\(name)'", quantity: "the number of elements", limit: 1 << 40)
    }
    let span = try elementSpan(tensor, name)
    let bytes = try table.bytes(of: tensor.storage, &budget)
    let size = dtype.byteSize
    let (start, overflow) = (tensor.storage.viewOffset)
      .multipliedReportingOverflow(by: tensor.storage.type.byteSize)
    let (count, tooMany) = span.count.multipliedReportingOverflow(by: size)
    let (skipped, tooFar) = span.lowerBound.multipliedReportingOverflow(by: size)
    let (position, wraps) = start.addingReportingOverflow(skipped)
    guard !overflow, !tooMany, !tooFar, !wraps, let slice = bytes.slice(at: position, count: count)
    else {
      throw .malformed(
        path: path, place: "tensor '\(name)'",
        expected: "elements within storage '\(tensor.storage.key)'",
        found: "elements \(span.lowerBound) to \(span.upperBound) of \(tensor.storage.count)")
    }
    if span.count == shape.count, !table.isBigEndian || size == 1, tensor.isContiguous {
      return TensorData(shape: shape, dtype: dtype, storage: slice)
    }
    try budget.take(shape.count * size, path: path, place: "tensor '\(name)'")
    return TensorData(
      shape: shape, dtype: dtype,
      storage: tensor.gathered(from: slice, elementSize: size, swapping: table.isBigEndian))
  }

  /// The elements between the first and the last that the tensor touches.
  private func elementSpan(
    _ tensor: PickleTensor, _ name: String
  ) throws(FormatError) -> Range<Int> {
    guard !tensor.shape.contains(0) else { return 0..<0 }
    var last = tensor.offset
    for (extent, stride) in zip(tensor.shape, tensor.strides) {
      let (reach, overflow) = (extent - 1).multipliedReportingOverflow(by: stride)
      let (sum, tooFar) = last.addingReportingOverflow(reach)
      guard !overflow, !tooFar, sum < Int.max else {
        throw .malformed(
          path: path, place: "tensor '\(name)'", expected: "strides within its storage",
          found: "\(tensor.strides)")
      }
      last = sum
    }
    return tensor.offset..<(last + 1)
  }
}

extension PickleTensor {
  /// Whether the elements lie in C order without gaps; axes of one element may have any stride.
  var isContiguous: Bool {
    guard !shape.contains(0) else { return true }
    var expected = 1
    for (extent, stride) in zip(shape, strides).reversed() where extent != 1 {
      guard stride == expected else { return false }
      expected *= extent
    }
    return true
  }

  /// The elements in C order, in this machine's byte order.
  ///
  /// - Parameter bytes: from the first element that the tensor touches to the last.
  func gathered(
    from bytes: ByteSlice, elementSize: Int, swapping: Bool
  ) -> any TensorStorage {
    switch elementSize {
    case 1: ArrayStorage(gathered(bytes, UInt8.self, swapping))
    case 2: ArrayStorage(gathered(bytes, UInt16.self, swapping))
    case 4: ArrayStorage(gathered(bytes, UInt32.self, swapping))
    default: ArrayStorage(gathered(bytes, UInt64.self, swapping))
    }
  }

  private func gathered<Element: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: ByteSlice, _ type: Element.Type, _ swapping: Bool
  ) -> [Element] {
    let count = shape.reduce(1, *)
    let columns = shape.last ?? 1
    // The stride of an axis of one element can be anything.
    let step = columns > 1 ? (strides.last ?? 1) * MemoryLayout<Element>.size : 0
    var result: [Element] = []
    result.reserveCapacity(count)
    var index = [Int](repeating: 0, count: max(0, shape.count - 1))
    bytes.withBytes { span in
      while result.count < count {
        let row = zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 } * MemoryLayout<Element>.size
        for column in 0..<columns {
          let value = span.load(at: row + column * step, as: Element.self)
          result.append(swapping ? value.byteSwapped : value)
        }
        advance(&index)
      }
    }
    return result
  }

  /// Counts one row on, the second to last axis fastest.
  private func advance(_ index: inout [Int]) {
    for axis in index.indices.reversed() {
      index[axis] += 1
      if index[axis] < shape[axis] { return }
      index[axis] = 0
    }
  }
}
