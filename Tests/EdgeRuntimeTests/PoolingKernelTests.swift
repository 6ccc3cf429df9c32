import CEdgeKernels
import TestSupport
import Testing

/// The max pooling of one image, and its gradient, by plain loops.
private struct Pooling {
  let shape: ek_pool_shape
  let x: GuardedMatrix, dy: GuardedMatrix

  init(
    height: Int, width: Int, channels: Int, size: Int, stride: Int, padding: Int, gap: Int = 0
  ) {
    var rng = SplitMix64(seed: UInt64(height * 10_007 + width * 101 + channels))
    let outputs = [height, width].map { ($0 + 2 * padding - size) / stride + 1 }
    shape = ek_pool_shape(
      height: Int64(height), width: Int64(width), channels: Int64(channels),
      input_pixel_stride: Int64(channels + gap), output_height: Int64(outputs[0]),
      output_width: Int64(outputs[1]), output_pixel_stride: Int64(channels + 2 * gap),
      size: Int64(size), stride: Int64(stride), padding: Int64(padding))
    // Whole numbers, so that many are equal.
    let values = rng.floats(height * width * channels, in: -3...3).map { $0.rounded() }
    x = GuardedMatrix(rows: height * width, columns: channels, gap: gap, values: values)
    dy = .random(rows: outputs[0] * outputs[1], columns: channels, gap: 2 * gap, using: &rng)
  }

  /// The pixel that an output takes: the first of the largest.
  func source(_ output: Int, _ channel: Int) -> Int {
    var best: Int?
    for ky in 0..<shape.size {
      for kx in 0..<shape.size {
        let iy = Int64(output) / shape.output_width * shape.stride - shape.padding + ky
        let ix = Int64(output) % shape.output_width * shape.stride - shape.padding + kx
        guard (0..<shape.height).contains(iy), (0..<shape.width).contains(ix) else { continue }
        let pixel = Int(iy * shape.width + ix)
        if best.map({ x[pixel, channel] > x[$0, channel] }) ?? true { best = pixel }
      }
    }
    return best ?? -1
  }

  func check(_ isa: KernelISA, _ label: String) {
    let y = GuardedMatrix.output(
      rows: dy.rows, columns: dy.columns, gap: dy.stride - dy.columns)
    var shape = shape
    for rows in [shape.output_height / 2..<shape.output_height, 0..<shape.output_height / 2] {
      unsafe ek_max_pool_f32(
        isa.c, &shape, x.pointer, rows.lowerBound, rows.upperBound, y.pointer)
    }
    expectClose(y, absolute: 0, label: label) { Double(x[source($0, $1), $1]) }
    checkGradient(isa, label)
  }

  private func checkGradient(_ isa: KernelISA, _ label: String) {
    let dx = GuardedMatrix.output(rows: x.rows, columns: x.columns, gap: 3)
    var shape = shape
    for rows in [shape.height / 3..<shape.height, 0..<shape.height / 3] {
      unsafe ek_max_pool_gradient_f32(
        isa.c, &shape, dy.pointer, x.pointer, rows.lowerBound, rows.upperBound, dx.pointer,
        Int64(dx.stride))
    }
    var expected = [Double](repeating: 0, count: x.rows * x.columns)
    for output in 0..<dy.rows {
      for c in 0..<dy.columns {
        expected[source(output, c) * x.columns + c] += Double(dy[output, c])
      }
    }
    // At most 25 terms below 1.
    expectClose(dx, absolute: 2e-6, label: "\(label), gradient") { expected[$0 * x.columns + $1] }
  }
}

@Suite struct PoolingKernelTests {
  @Test(arguments: KernelISA.available, KernelISA.sizes)
  func everyChannelCount(isa: KernelISA, channels: Int) {
    for gap in [0, 3] {
      let pooling = Pooling(
        height: 7, width: 6, channels: channels, size: 3, stride: 2, padding: 1, gap: gap)
      pooling.check(isa, "\(channels) channels, gap \(gap)")
    }
  }

  @Test(arguments: KernelISA.available, [1, 2, 3, 5])
  func windowsOfAllSizes(isa: KernelISA, size: Int) {
    for (height, width) in [(5, 5), (6, 9), (13, 7)] {
      for stride in 1...3 {
        for padding in 0...size / 2 {
          let pooling = Pooling(
            height: height, width: width, channels: 5, size: size, stride: stride,
            padding: padding)
          pooling.check(isa, "\(height) x \(width), stride \(stride), padding \(padding)")
        }
      }
    }
  }

  @Test(arguments: KernelISA.available)
  func anImageSmallerThanTheWindow(isa: KernelISA) {
    Pooling(height: 1, width: 2, channels: 17, size: 3, stride: 2, padding: 1).check(isa, "small")
  }

  @Test(arguments: KernelISA.available)
  func notANumberIsTheLargest(isa: KernelISA) {
    let x = GuardedMatrix(
      rows: 9, columns: 1,
      values: [1, .nan, 3, .nan, 0, 2, -.infinity, -.infinity, -.infinity])
    var shape = ek_pool_shape(
      height: 3, width: 3, channels: 1, input_pixel_stride: 1, output_height: 2, output_width: 2,
      output_pixel_stride: 1, size: 2, stride: 1, padding: 0)
    let y = GuardedMatrix.output(rows: 4, columns: 1)
    unsafe ek_max_pool_f32(isa.c, &shape, x.pointer, 0, 2, y.pointer)
    #expect(y.values[..<3].allSatisfy(\.isNaN) && y[3, 0] == 2 && y.guardsAreIntact)
    let (dy, dx) = (GuardedMatrix.ones(4), GuardedMatrix.output(rows: 9, columns: 1))
    unsafe ek_max_pool_gradient_f32(isa.c, &shape, dy.pointer, x.pointer, 0, 3, dx.pointer, 1)
    #expect(dx.values == [0, 1, 0, 2, 0, 1, 0, 0, 0])
  }
}
