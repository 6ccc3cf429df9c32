import CEdgeKernels
import EdgeGraph
import TestSupport
import Testing

@Suite struct LossKernelTests {
  private struct Rows {
    let z, t, dy: GuardedMatrix
    let inputs: [Reference]

    /// - Parameter targets: their range.
    init(columns: Int, gap: Int, targets: ClosedRange<Float>) {
      var rng = SplitMix64(seed: UInt64(columns))
      z = .random(rows: 3, columns: columns, gap: gap, in: -20...20, using: &rng)
      t = .random(rows: 3, columns: columns, gap: gap, in: targets, using: &rng)
      dy = .random(rows: 1, columns: 3, using: &rng)
      inputs = [
        Reference(shape: [3], values: dy.values.map(Double.init)),
        Reference(shape: [3, columns], values: z.values.map(Double.init)),
        Reference(shape: [3, columns], values: t.values.map(Double.init)),
      ]
    }

    func expect(
      _ loss: any DifferentiableOperation, _ gradient: any Operation, _ y: GuardedMatrix,
      _ dz: GuardedMatrix, label: String
    ) {
      let columns = z.columns
      let losses = loss.reference(Array(inputs.dropFirst())).values
      let gradients = gradient.reference(inputs).values
      // Sums of at most 100 terms of the size of the targets, times at most 40.
      expectClose(y, absolute: 3e-6, relative: 1e-6, label: label) { _, i in losses[i] }
      expectClose(dz, absolute: 2e-6, relative: 1e-6, label: label) { i, j in
        gradients[i * columns + j]
      }
    }
  }

  @Test(arguments: KernelISA.available, KernelISA.sizes)
  func crossEntropyAgrees(isa: KernelISA, columns: Int) {
    for gap in [0, 3] {
      let rows = Rows(columns: columns, gap: gap, targets: 0...1)
      let (y, dz) = (GuardedMatrix.output(rows: 1, columns: 3), rows.z.copy())
      let (n, stride) = (Int64(columns), Int64(rows.z.stride))
      unsafe ek_cross_entropy_f32(
        isa.c, 3, n, rows.z.pointer, stride, rows.t.pointer, stride, y.pointer)
      unsafe ek_cross_entropy_gradient_f32(
        isa.c, 3, n, rows.dy.pointer, dz.pointer, stride, rows.t.pointer, stride, dz.pointer,
        stride)
      rows.expect(CrossEntropy(), CrossEntropyGradient(), y, dz, label: "gap \(gap)")
    }
  }

  @Test(arguments: KernelISA.available, KernelISA.sizes)
  func binaryCrossEntropyAgrees(isa: KernelISA, columns: Int) {
    for gap in [0, 3] {
      let rows = Rows(columns: columns, gap: gap, targets: 0...1)
      let (y, dz) = (GuardedMatrix.output(rows: 1, columns: 3), rows.t.copy())
      let (n, stride) = (Int64(columns), Int64(rows.z.stride))
      unsafe ek_binary_cross_entropy_f32(
        isa.c, 3, n, rows.z.pointer, stride, rows.t.pointer, stride, y.pointer)
      unsafe ek_binary_cross_entropy_gradient_f32(
        isa.c, 3, n, rows.dy.pointer, rows.z.pointer, stride, dz.pointer, stride, dz.pointer,
        stride)
      rows.expect(BinaryCrossEntropy(), BinaryCrossEntropyGradient(), y, dz, label: "gap \(gap)")
    }
  }

  @Test(arguments: KernelISA.available, KernelISA.sizes)
  func distillationAgrees(isa: KernelISA, columns: Int) {
    for gap in [0, 3] {
      let rows = Rows(columns: columns, gap: gap, targets: -20...20)
      let (y, ds) = (GuardedMatrix.output(rows: 1, columns: 3), rows.t.copy())
      let (n, stride) = (Int64(columns), Int64(rows.z.stride))
      unsafe ek_distillation_f32(
        isa.c, 3, n, 2.5, rows.z.pointer, stride, rows.t.pointer, stride, y.pointer)
      unsafe ek_distillation_gradient_f32(
        isa.c, 3, n, 2.5, rows.dy.pointer, rows.z.pointer, stride, ds.pointer, stride, ds.pointer,
        stride)
      rows.expect(
        DistillationDivergence(temperature: 2.5),
        DistillationDivergenceGradient(temperature: 2.5), y, ds, label: "gap \(gap)")
    }
  }

  /// log(1 + exp(−|z|)) down to where it vanishes: the mean over a row of one.
  @Test(arguments: KernelISA.available)
  func theLogarithmKeepsSmallValues(isa: KernelISA) {
    let logits = (-870...0).map { Float($0) / 10 }
    let z = GuardedMatrix(rows: logits.count, columns: 1, values: logits)
    let t = GuardedMatrix(
      rows: logits.count, columns: 1, values: [Float](repeating: 0, count: logits.count))
    let y = GuardedMatrix.output(rows: 1, columns: logits.count)
    unsafe ek_binary_cross_entropy_f32(
      isa.c, Int64(logits.count), 1, z.pointer, 1, t.pointer, 1, y.pointer)
    let expected = BinaryCrossEntropy().reference(
      [z, t].map { Reference(shape: [logits.count, 1], values: $0.values.map(Double.init)) })
    // The exponential's relative error of 1e-7, and as much for the logarithm.
    expectClose(y, absolute: 0, relative: 4e-7) { _, i in expected.values[i] }
  }

  @Test(arguments: KernelISA.available, [1, 5, 20])
  func impossibleClassesWithoutWeightAddNothing(isa: KernelISA, columns: Int) {
    var (logits, targets) = (
      [Float](repeating: 1, count: columns), [Float](repeating: 0, count: columns)
    )
    targets[0] = 1
    for index in 1..<max(columns, 1) { logits[index] = -.infinity }
    let z = GuardedMatrix(rows: 1, columns: columns, values: logits)
    let t = GuardedMatrix(rows: 1, columns: columns, values: targets)
    let y = GuardedMatrix.output(rows: 1, columns: 1)
    let n = Int64(columns)
    unsafe ek_cross_entropy_f32(isa.c, 1, n, z.pointer, n, t.pointer, n, y.pointer)
    expectClose(y, absolute: 0) { _, _ in 0 }
  }
}
