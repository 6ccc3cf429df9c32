import CEdgeKernels

/// The kernels on flat vectors, bound to ranges of states. All ranges are checked.
extension StateBuffer {
  /// One number.
  subscript(index: Int) -> Float {
    get {
      check(index..<index + 1)
      return unsafe pointer[index]
    }
    set {
      check(index..<index + 1)
      unsafe pointer[index] = newValue
    }
  }

  func clear(_ range: Range<Int>) {
    check(range)
    unsafe (pointer + range.lowerBound).update(repeating: 0, count: range.count)
  }

  /// Cuts what is above `limit` or below −`limit`.
  func clamp(_ range: Range<Int>, to limit: Float, _ isa: ISA) {
    check(range)
    unsafe ek_clamp_f32(isa.code, Int64(range.count), limit, pointer + range.lowerBound)
  }

  func squareSum(_ range: Range<Int>, _ isa: ISA) -> Double {
    check(range)
    return unsafe ek_square_sum_f32(isa.code, Int64(range.count), pointer + range.lowerBound)
  }

  /// Adds `factor` times the same range of another state.
  func add(_ other: StateBuffer, times factor: Float, _ range: Range<Int>, _ isa: ISA) {
    check(range)
    other.check(range)
    unsafe ek_add_scaled_f32(
      isa.code, Int64(range.count), factor, other.pointer + range.lowerBound,
      pointer + range.lowerBound)
  }

  /// Goes a share of the way to another state: a moving average.
  func approach(_ other: StateBuffer, by share: Float, _ range: Range<Int>, _ isa: ISA) {
    check(range)
    other.check(range)
    unsafe ek_average_f32(
      isa.code, Int64(range.count), share, other.pointer + range.lowerBound,
      pointer + range.lowerBound)
  }

  /// The index of the first infinity or NaN.
  func firstNonfinite(_ range: Range<Int>, _ isa: ISA) -> Int? {
    check(range)
    let offset = unsafe ek_first_nonfinite_f32(
      isa.code, Int64(range.count), pointer + range.lowerBound)
    return offset < 0 ? nil : range.lowerBound + Int(offset)
  }

  fileprivate func check(_ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count)")
  }
}

/// The vectors that an optimizer brings up to date together.
struct OptimizerVectors: Sendable {
  let values, gradients: StateBuffer
  /// As many as the algorithm needs.
  let moments: [StateBuffer]

  func adam(_ settings: ek_adam, _ range: Range<Int>, _ isa: ISA) {
    check(range, moments: 2)
    var settings = settings
    let start = range.lowerBound
    unsafe ek_adam_f32(
      isa.code, Int64(range.count), &settings, gradients.pointer + start, values.pointer + start,
      moments[0].pointer + start, moments[1].pointer + start)
  }

  /// Leaves the direction in place of the gradients.
  /// - Returns: the sums of squares of the values and of the direction.
  func lambDirection(
    _ settings: ek_adam, _ range: Range<Int>, _ isa: ISA
  ) -> (values: Double, direction: Double) {
    check(range, moments: 2)
    var settings = settings
    var squares = (0.0, 0.0)
    let start = range.lowerBound
    unsafe withUnsafeMutableBytes(of: &squares) { squares in
      unsafe ek_lamb_direction_f32(
        isa.code, Int64(range.count), &settings, values.pointer + start,
        gradients.pointer + start, moments[0].pointer + start, moments[1].pointer + start,
        squares.assumingMemoryBound(to: Double.self).baseAddress)
    }
    return squares
  }

  func sgd(_ settings: ek_sgd, _ range: Range<Int>, _ isa: ISA) {
    check(range, moments: 0)
    var settings = settings
    let start = range.lowerBound
    unsafe ek_sgd_f32(
      isa.code, Int64(range.count), &settings, gradients.pointer + start, values.pointer + start,
      moments.first.map { unsafe $0.pointer + start })
  }

  private func check(_ range: Range<Int>, moments count: Int) {
    precondition(moments.count >= count, "\(moments.count) moments, \(count) needed")
    values.check(range)
    gradients.check(range)
    for moment in moments { moment.check(range) }
  }
}

/// Numbers in double precision that outlive a run, zeros at first.
struct DoubleSlots: Sendable {
  private let memory: StateBuffer

  init(count: Int) { memory = StateBuffer(count: 2 * count) }

  var count: Int { memory.count / 2 }

  subscript(index: Int) -> Double {
    get {
      memory.check(2 * index..<2 * index + 2)
      return unsafe UnsafeRawPointer(memory.pointer).load(
        fromByteOffset: 8 * index, as: Double.self)
    }
    nonmutating set {
      memory.check(2 * index..<2 * index + 2)
      unsafe UnsafeMutableRawPointer(memory.pointer).storeBytes(
        of: newValue, toByteOffset: 8 * index, as: Double.self)
    }
  }
}
