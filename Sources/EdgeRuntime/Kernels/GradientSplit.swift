import CEdgeKernels
import EdgeGraph

/// How the gradient of a weight, a sum over the rows of a batch, is split over threads: into ranges
/// of the batch, whose sums are added in order afterwards, or into ranges of its own rows where it is
/// too large for that. Depends on shapes and the number of threads only, and so do the bits.
struct GradientSplit {
  /// Ranges of the batch that are summed apart.
  let parts: Int
  private let batch, outputs: Int
  /// Rows of the gradient that one item computes: whole tiles of every instruction set.
  private let band = 24

  /// - Parameters:
  ///   - batch: what ranges of the batch consist of.
  ///   - rows: rows of the product that these have together.
  ///   - outputs: rows of the gradient, of `columns` numbers.
  init(batch: Int, rows: Int, outputs: Int, columns: Int, threads: Int) {
    self.batch = batch
    self.outputs = outputs
    let bands = (outputs + band - 1) / band
    // Adding the parts has to be little work beside making them.
    let isLong = rows >= 256 * threads || (bands < 2 * threads && rows >= 32 * threads)
    let fits = threads * outputs * columns <= 1 << 22
    parts = isLong && fits && batch >= threads ? threads : 1
  }

  /// The call that makes the sums of every part.
  ///
  /// - Parameter body: sums a range of the batch, for a range of rows of the gradient, as a part.
  func call(
    scratchCount: Int,
    _ body: @escaping @Sendable (Frame, Range<Int>, _ outputs: Range<Int>, _ part: Int) -> Void
  ) -> KernelCall {
    let (parts, batch, outputs, band) = (parts, batch, outputs, band)
    let bands = (outputs + band - 1) / band
    return KernelCall(items: parts > 1 ? parts : bands, scratchCount: scratchCount) {
      frame, range in
      guard parts > 1 else {
        let end = min(range.upperBound * band, outputs)
        body(frame, 0..<batch, range.lowerBound * band..<end, 0)
        return
      }
      for part in range {
        body(frame, batch * part / parts..<batch * (part + 1) / parts, 0..<outputs, part)
      }
    }
  }
}

/// Products Aᵀ B of rows that are read in place.
struct RowProduct {
  let isa: ISA
  /// Whether A and B are rounded to bfloat16.
  var isRounded = false

  /// Floats of scratch for gradients of `outputs x columns`.
  static func scratchCount(outputs: Int, columns: Int) -> Int {
    Int(ek_matmul_tn_scratch_count(Int64(outputs), Int64(columns)))
  }

  /// - Parameters:
  ///   - shape: rows and columns of the result, and rows that are summed.
  ///   - sum: where the result goes, or what it is added to if `accumulating`.
  @inline(__always)
  func run(
    _ shape: (outputs: Int, columns: Int, rows: Int), _ a: UnsafePointer<Float>, stride: Int,
    _ b: ek_rows, to sum: UnsafeMutablePointer<Float>, stride sumStride: Int,
    accumulating: Bool = false, scratch: UnsafeMutablePointer<Float>
  ) {
    var b = unsafe b
    let (m, n, k) = (Int64(shape.outputs), Int64(shape.columns), Int64(shape.rows))
    if isRounded {
      unsafe ek_matmul_tn_bf16_f32(
        isa.code, m, n, k, a, Int64(stride), &b, accumulating ? 1 : 0, sum, Int64(sumStride),
        scratch)
    } else {
      unsafe ek_matmul_tn_f32(
        isa.code, m, n, k, a, Int64(stride), &b, accumulating ? 1 : 0, sum, Int64(sumStride),
        scratch)
    }
  }
}
