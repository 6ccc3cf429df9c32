import CEdgeKernels
import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

/// The instruction sets that kernels are compiled for.
enum KernelISA: UInt32, CaseIterable, Sendable {
  case portable, avx2, avx512, neon

  var c: ek_isa { ek_isa(rawValue: rawValue) }
  static let available = allCases.filter { ek_isa_available($0.c) == 1 }

  /// Sizes around every vector width: tails only, full vectors, full vectors and tails.
  static let sizes = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 22, 31, 32, 33, 48, 64, 100]
}

/// A row-major matrix in memory of its own, with a guard value in everything around its elements:
/// before, after, and between rows. A kernel that reads a NaN guard shows it in its result; one
/// that writes a guard is caught by `guardsAreIntact`.
@safe final class GuardedMatrix {
  let rows: Int, columns: Int, stride: Int
  private let guardBits: UInt32
  private let memory: UnsafeMutableBufferPointer<Float>
  private static let margin = 67

  init(rows: Int, columns: Int, gap: Int = 0, values: [Float] = [], outside: Float = .nan) {
    self.rows = rows
    self.columns = columns
    stride = columns + gap
    guardBits = outside.bitPattern
    unsafe memory = .allocate(capacity: rows * stride + 2 * Self.margin)
    unsafe memory.initialize(repeating: outside)
    guard !values.isEmpty else { return }
    for i in 0..<rows {
      for j in 0..<columns { self[i, j] = values[i * columns + j] }
    }
  }

  static func random(
    rows: Int, columns: Int, gap: Int = 0, in range: ClosedRange<Float> = -1...1,
    using generator: inout SplitMix64
  ) -> GuardedMatrix {
    GuardedMatrix(
      rows: rows, columns: columns, gap: gap,
      values: generator.floats(rows * columns, in: range))
  }

  /// For results: filled with a number that no test computes.
  static func output(rows: Int, columns: Int, gap: Int = 0) -> GuardedMatrix {
    GuardedMatrix(rows: rows, columns: columns, gap: gap, outside: -7.25e11)
  }

  deinit { unsafe memory.deallocate() }

  var pointer: UnsafeMutablePointer<Float> {
    unsafe memory.baseAddress.unsafelyUnwrapped + Self.margin
  }

  subscript(i: Int, j: Int) -> Float {
    get { unsafe memory[Self.margin + i * stride + j] }
    set { unsafe memory[Self.margin + i * stride + j] = newValue }
  }

  var values: [Float] {
    (0..<rows).flatMap { i in (0..<columns).map { j in self[i, j] } }
  }

  func copy() -> GuardedMatrix {
    GuardedMatrix(
      rows: rows, columns: columns, gap: stride - columns, values: values,
      outside: Float(bitPattern: guardBits))
  }

  var guardsAreIntact: Bool {
    for index in unsafe memory.indices {
      let offset = index - Self.margin
      let isElement =
        offset >= 0 && offset < rows * stride && stride > 0 && offset % stride < columns
      if !isElement, unsafe memory[index].bitPattern != guardBits { return false }
    }
    return true
  }
}

extension GuardedMatrix {
  /// The elements in double precision.
  var reference: Reference {
    Reference(shape: [rows, columns], values: values.map(Double.init))
  }

  static func ones(_ count: Int) -> GuardedMatrix {
    GuardedMatrix(rows: 1, columns: count, values: [Float](repeating: 1, count: count))
  }
}

/// Checks every element against a Double, and the guards.
func expectClose(
  _ result: GuardedMatrix, absolute: Double, relative: Double = 0, label: String = "",
  sourceLocation: SourceLocation = #_sourceLocation,
  _ expected: (_ row: Int, _ column: Int) -> Double
) {
  for i in 0..<result.rows {
    for j in 0..<result.columns {
      let (found, wanted) = (Double(result[i, j]), expected(i, j))
      if abs(found - wanted) <= absolute + relative * abs(wanted) { continue }
      Issue.record(
        "\(label) [\(i), \(j)]: found \(found), expected \(wanted)",
        sourceLocation: sourceLocation)
      return
    }
  }
  #expect(
    result.guardsAreIntact, "\(label): wrote outside the output", sourceLocation: sourceLocation)
}

/// Checks that two results are the same bits.
func expectSame(
  _ a: GuardedMatrix, _ b: GuardedMatrix, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(
    a.values.map(\.bitPattern) == b.values.map(\.bitPattern), sourceLocation: sourceLocation)
  #expect(a.guardsAreIntact && b.guardsAreIntact, sourceLocation: sourceLocation)
}

extension ek_activation {
  /// All that kernels know.
  static let all = [EK_IDENTITY] + ActivationFunction.allCases.map(\.code)

  var function: ActivationFunction? { ActivationFunction.allCases.first { $0.code == self } }
}

func reference(_ activation: ek_activation, _ x: Double) -> Double {
  activation.function?.value(at: x) ?? x
}
