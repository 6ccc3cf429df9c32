import CEdgeKernels
import EdgeGraph
import TestSupport
import Testing

/// Tokens of one image with the queries, keys and values of all heads side by side.
private struct Tokens {
  let heads: Int, width: Int
  let groups: TokenGroups
  let qkv, dy: GuardedMatrix
  private let shape: Shape, patch: Int

  /// - Parameter grid: rows and columns of patches, which is how many tokens a group has.
  init(_ grid: (Int, Int), width: Int, heads: Int = 1, patch: Int = 1, seed: UInt64 = 1) {
    var rng = SplitMix64(seed: seed)
    (self.width, self.heads, self.patch) = (width, heads, patch)
    shape = [1, grid.0 * patch, grid.1 * patch, 3 * heads * width]
    groups = TokenGroups(shape, patch: patch)
    qkv = .random(rows: shape.rows, columns: shape.columns, gap: 5, in: -2...2, using: &rng)
    dy = .random(rows: shape.rows, columns: heads * width, gap: 3, using: &rng)
  }

  /// Calls `body` with every head, and the position of its group's first token in a matrix of one
  /// row for each token.
  private func forEachHead(_ body: (inout ek_attention_head, (GuardedMatrix) -> Int) -> Void) {
    for index in 0..<groups.count * heads {
      let (row, column) = (groups.first(index / heads), index % heads * width)
      let q = unsafe qkv.pointer + row * qkv.stride + column
      let channels = heads * width
      var head = unsafe ek_attention_head(
        tokens: Int64(groups.tokens), width: Int64(width), scale: 1 / Float(width).squareRoot(),
        q: q, k: q + channels, v: q + 2 * channels, grid: grid(qkv))
      unsafe body(&head) { row * $0.stride + column }
    }
  }

  private func grid(_ x: GuardedMatrix) -> ek_token_grid {
    ek_token_grid(
      columns: Int64(groups.columns), stride: Int64(groups.step * x.stride),
      row_stride: Int64(groups.rowStep * x.stride))
  }

  /// - Parameter cut: where the queries are split into two calls.
  func attend(_ isa: KernelISA, cut: Int = 0) -> GuardedMatrix {
    let y = GuardedMatrix.output(rows: shape.rows, columns: heads * width, gap: 2)
    let scratch = GuardedMatrix.output(
      rows: 1,
      columns: Int(
        ek_softmax_attention_scratch_count(isa.c, Int64(groups.tokens), Int64(width))))
    var yGrid = grid(y)
    unsafe forEachHead { head, position in
      for range in [0..<cut, cut..<groups.tokens] {
        unsafe ek_softmax_attention_f32(
          isa.c, &head, Int64(range.lowerBound), Int64(range.upperBound),
          y.pointer + position(y), &yGrid, scratch.pointer)
      }
    }
    #expect(scratch.guardsAreIntact)
    return y
  }

  func gradient(_ isa: KernelISA) -> GuardedMatrix {
    let dqkv = GuardedMatrix.output(rows: shape.rows, columns: shape.columns, gap: 4)
    let scratch = GuardedMatrix.output(
      rows: 1,
      columns: Int(
        ek_softmax_attention_gradient_scratch_count(
          isa.c, Int64(groups.tokens), Int64(width))))
    var (dyGrid, dGrid) = (grid(dy), grid(dqkv))
    unsafe forEachHead { head, position in
      let dq = unsafe dqkv.pointer + position(dqkv)
      unsafe ek_softmax_attention_gradient_f32(
        isa.c, &head, dy.pointer + position(dy), &dyGrid, dq, dq + heads * width,
        dq + 2 * heads * width, &dGrid, scratch.pointer)
    }
    #expect(scratch.guardsAreIntact)
    return dqkv
  }

  private var inputs: [Reference] {
    [
      Reference(shape: shape.replacing(axis: -1, with: heads * width), values: dy.doubles),
      Reference(shape: shape, values: qkv.doubles),
    ]
  }

  /// Both kernels on all instruction sets.
  func check(_ label: String) {
    let y = SoftmaxAttention(heads: heads, patch: patch).reference([inputs[1]])
    let gradient = SoftmaxAttentionGradient(heads: heads, patch: patch).reference(inputs)
    for isa in KernelISA.available {
      // Means of numbers up to 2, whose weights have the scores' rounding; measured is half of it.
      expectClose(attend(isa), absolute: 3e-6, label: "\(isa), \(label)") {
        y.values[$0 * y.shape.columns + $1]
      }
      expectClose(self.gradient(isa), absolute: 4e-6, label: "\(isa), gradient, \(label)") {
        gradient.values[$0 * gradient.shape.columns + $1]
      }
    }
  }
}

extension GuardedMatrix {
  fileprivate var doubles: [Double] { values.map(Double.init) }
}

@Suite struct SoftmaxAttentionKernelTests {
  /// Widths around every vector width.
  @Test(arguments: KernelISA.sizes)
  func agreesOnEveryWidth(width: Int) {
    for grid in [(1, 1), (1, 2), (5, 7)] {
      Tokens(grid, width: width, heads: 2).check("\(grid) tokens")
    }
  }

  /// Tokens around the vectors and tiles of queries.
  @Test(arguments: [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65, 97])
  func agreesOnEveryNumberOfTokens(tokens: Int) {
    for width in [8, 9] { Tokens((1, tokens), width: width).check("width \(width)") }
  }

  /// Those of EdgeViT and MobileViT, and one that is no multiple of anything.
  @Test(arguments: [(7, 7), (14, 14), (16, 16), (17, 18)], [8, 9, 36, 48, 60])
  func agreesOnRealSizes(grid: (Int, Int), width: Int) {
    Tokens(grid, width: width).check("")
  }

  @Test(arguments: [(1, 1), (2, 3), (4, 4), (8, 8), (7, 7)], [1, 8, 9, 20, 36, 60])
  func agreesOnPatches(grid: (Int, Int), width: Int) {
    for patch in 2...3 {
      Tokens(grid, width: width, heads: 2, patch: patch).check("patches of \(patch)")
    }
  }

  @Test(arguments: KernelISA.available)
  func anyRangeOfQueriesGivesTheSame(isa: KernelISA) {
    let tokens = Tokens((7, 11), width: 20, heads: 2, patch: 2)
    let whole = tokens.attend(isa)
    for cut in [1, 13, 16, 32, 40, 64, 76, 77] { expectSame(tokens.attend(isa, cut: cut), whole) }
  }

  /// Of scores that are far apart only the largest counts, and no exponential overflows.
  @Test(arguments: KernelISA.available, [1, 1e4, 1e18] as [Float])
  func largeScoresAreStable(isa: KernelISA, size: Float) {
    let tokens = Tokens((1, 3), width: 1)
    let given: [[Float]] = [[1000, 1000, 5], [-1000, 999, 7], [1000, -1000, 9]]
    for (t, row) in given.enumerated() {
      for (j, value) in row.enumerated() { tokens.qkv[t, j] = j == 0 ? value * size : value }
    }
    #expect(tokens.attend(isa).values == [5, 9, 5])
    for t in 0..<3 { tokens.dy[t, 0] = 1 }
    // The weights are 0 and 1: values get the number of queries that chose them.
    #expect(tokens.gradient(isa).values == [0, 0, 2, 0, 0, 0, 0, 0, 1])
  }

  @Test(arguments: KernelISA.available)
  func aNaNStaysWithItsQuery(isa: KernelISA) {
    let tokens = Tokens((1, 40), width: 12)
    let before = tokens.attend(isa)
    tokens.qkv[21, 3] = .nan
    let after = tokens.attend(isa)
    for t in 0..<40 {
      for j in 0..<12 {
        #expect(t == 21 ? after[t, j].isNaN : after[t, j] == before[t, j])
      }
    }
  }
}
