import CEdgeKernels
import EdgeGraph
import TestSupport
import Testing

@Suite struct DenseLossKernelTests {
  private struct Rows {
    let z, t, dy, labels: GuardedMatrix

    /// - Parameter firstLabel: the others follow, each class and what is none.
    init(columns: Int, gap: Int, firstLabel: Int = -1) {
      var rng = SplitMix64(seed: UInt64(columns))
      let rows = 7
      z = .random(rows: rows, columns: columns, gap: gap, in: -20...20, using: &rng)
      t = .random(rows: rows, columns: columns, gap: gap, in: -20...20, using: &rng)
      dy = .random(rows: 1, columns: rows, using: &rng)
      let values = (0..<rows).map { Float($0 * columns / 5 + firstLabel) }
      labels = GuardedMatrix(rows: 1, columns: rows, values: values)
    }

    var gradientOutput: GuardedMatrix {
      .output(rows: z.rows, columns: z.columns, gap: z.stride - z.columns)
    }

    /// Rows of one shape, numbers for every row.
    func reference(_ matrix: GuardedMatrix) -> Reference {
      let isRow = matrix.rows == 1
      return Reference(
        shape: isRow ? [matrix.columns] : [matrix.rows, matrix.columns],
        values: matrix.values.map(Double.init))
    }
  }

  @Test(arguments: KernelISA.available, KernelISA.sizes + [21, 91])
  func indexedCrossEntropyAgrees(isa: KernelISA, columns: Int) {
    for gap in [0, 3] {
      let rows = Rows(columns: columns, gap: gap)
      let (y, dz) = (GuardedMatrix.output(rows: 1, columns: 7), rows.gradientOutput)
      let (n, stride) = (Int64(columns), Int64(rows.z.stride))
      unsafe ek_indexed_cross_entropy_f32(
        isa.c, 7, n, rows.z.pointer, stride, rows.labels.pointer, y.pointer)
      unsafe ek_indexed_cross_entropy_gradient_f32(
        isa.c, 7, n, rows.dy.pointer, rows.z.pointer, stride, rows.labels.pointer, dz.pointer,
        stride)
      let inputs = [rows.z, rows.labels].map(rows.reference)
      let losses = IndexedCrossEntropy().reference(inputs).values
      let gradients = IndexedCrossEntropyGradient().reference([rows.reference(rows.dy)] + inputs)
      // Logits up to 20 are far apart by at most 40.
      expectClose(y, absolute: 3e-6, relative: 1e-6, label: "gap \(gap)") { _, i in losses[i] }
      expectClose(dz, absolute: 1e-6, label: "gap \(gap)") { i, j in
        gradients.values[i * columns + j]
      }
      // In place.
      unsafe ek_indexed_cross_entropy_gradient_f32(
        isa.c, 7, n, rows.dy.pointer, rows.z.pointer, stride, rows.labels.pointer,
        rows.z.pointer, stride)
      #expect(rows.z.values.map(\.bitPattern) == dz.values.map(\.bitPattern))
      #expect(rows.z.guardsAreIntact)
    }
  }

  /// Labels from outside the classes are never used as places.
  @Test(arguments: KernelISA.available)
  func whatIsNoClassIsLeftOut(isa: KernelISA) {
    let labels: [Float] = [-1, 3, 255, .nan, .infinity, -.infinity, 1e30]
    let rows = Rows(columns: 3, gap: 0)
    let given = GuardedMatrix(rows: 1, columns: 7, values: labels)
    let (y, dz) = (GuardedMatrix.output(rows: 1, columns: 7), rows.gradientOutput)
    unsafe ek_indexed_cross_entropy_f32(
      isa.c, 7, 3, rows.z.pointer, 3, given.pointer, y.pointer)
    unsafe ek_indexed_cross_entropy_gradient_f32(
      isa.c, 7, 3, rows.dy.pointer, rows.z.pointer, 3, given.pointer, dz.pointer, 3)
    expectClose(y, absolute: 0) { _, _ in 0 }
    expectClose(dz, absolute: 0) { _, _ in 0 }
  }

  @Test(arguments: KernelISA.available, KernelISA.sizes)
  func backgroundLossAgrees(isa: KernelISA, columns: Int) {
    let rows = Rows(columns: columns, gap: 3, firstLabel: 0)
    let y = GuardedMatrix.output(rows: 1, columns: 7)
    unsafe ek_background_loss_f32(
      isa.c, 7, Int64(columns), rows.z.pointer, Int64(rows.z.stride), rows.labels.pointer,
      y.pointer)
    let zeros = Reference(shape: [7], values: [Double](repeating: 0, count: 7))
    let losses = IndexedCrossEntropy().reference([rows.reference(rows.z), zeros]).values
    expectClose(y, absolute: 3e-6, relative: 1e-6) { _, i in
      rows.labels[0, i] == 0 ? losses[i] : 0
    }
  }

  @Test(arguments: KernelISA.available, KernelISA.sizes)
  func smoothL1Agrees(isa: KernelISA, columns: Int) {
    for gap in [0, 3] {
      let rows = Rows(columns: columns, gap: gap)
      // Some differences are small.
      for j in 0..<columns where j % 2 == 0 { rows.t[5, j] = rows.z[5, j] + 0.3 }
      let (y, dp) = (GuardedMatrix.output(rows: 1, columns: 7), rows.gradientOutput)
      let (n, stride) = (Int64(columns), Int64(rows.z.stride))
      unsafe ek_smooth_l1_f32(
        isa.c, 7, n, rows.z.pointer, stride, rows.t.pointer, stride, rows.labels.pointer,
        y.pointer)
      unsafe ek_smooth_l1_gradient_f32(
        isa.c, 7, n, rows.dy.pointer, rows.z.pointer, stride, rows.t.pointer, stride,
        rows.labels.pointer, dp.pointer, stride)
      let inputs = [rows.z, rows.t, rows.labels].map(rows.reference)
      let losses = SmoothL1().reference(inputs).values
      let gradients = SmoothL1Gradient().reference([rows.reference(rows.dy)] + inputs).values
      // Sums of at most 100 numbers up to 40; differences of numbers up to 20.
      expectClose(y, absolute: 1e-5, relative: 1e-6, label: "gap \(gap)") { _, i in losses[i] }
      expectClose(dp, absolute: 4e-6, label: "gap \(gap)") { i, j in
        gradients[i * columns + j]
      }
    }
  }

  private func mined(_ labels: [Float], _ losses: [Float], ratio: Double) -> [Float] {
    let given = GuardedMatrix(rows: 1, columns: labels.count, values: labels)
    let lost = GuardedMatrix(rows: 1, columns: labels.count, values: losses)
    let y = GuardedMatrix.output(rows: 1, columns: labels.count)
    unsafe ek_mine_labels_f32(
      Int64(labels.count), ratio, given.pointer, lost.pointer, y.pointer)
    #expect(y.guardsAreIntact)
    return y.values
  }

  /// Against sorting, with many equal losses.
  @Test(arguments: [0, 0.5, 1, 3, 1000] as [Double])
  func theLargestLossesAreChosen(ratio: Double) {
    var rng = SplitMix64(seed: 3)
    for count in [1, 2, 10, 300] {
      let labels = (0..<count).map { _ in Float(Int.random(in: -1...2, using: &rng)) }
      let losses = (0..<count).map { _ in Float(Int.random(in: 0...20, using: &rng)) / 8 }
      let positives = labels.count(where: { $0 > 0 })
      let order = labels.indices.filter { labels[$0] == 0 }.sorted {
        (-losses[$0], $0) < (-losses[$1], $1)
      }
      var expected = labels.map { $0 > 0 ? $0 : -1 }
      for index in order.prefix(Int(ratio * Double(positives))) { expected[index] = 0 }
      #expect(mined(labels, losses, ratio: ratio) == expected)
    }
  }

  @Test func lossesWithoutAnEndAreChosenFirstAndNaNLast() {
    let losses: [Float] = [1, .nan, .infinity, 0, 0, 5]
    #expect(mined([0, 0, 0, 0, 1, 0], losses, ratio: 1) == [-1, -1, 0, -1, 1, -1])
    #expect(mined([0, 0, 0, 0, 1, 0], losses, ratio: 4) == [0, 0, 0, -1, 1, 0])
    #expect(mined([0, 0], [1, 2], ratio: 3) == [-1, -1])
    #expect(mined([1, 0], [0, .nan], ratio: 3) == [1, 0])
  }
}
