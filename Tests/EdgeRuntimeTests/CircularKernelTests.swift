import CEdgeKernels
import TestSupport
import Testing

/// Lines of an image with what a circular convolution needs, and the sums that it and its
/// derivatives are.
private struct Circular {
  let extent: Int, channels: Int, taps: Int, lines: Int
  /// Whether lines are rows of the image, or columns.
  let areRows: Bool
  let x: GuardedMatrix, dy: GuardedMatrix, weights: GuardedMatrix
  let bias: GuardedMatrix?

  init(
    extent: Int, channels: Int, taps: Int? = nil, lines: Int = 3, areRows: Bool = true,
    gaps: (Int, Int) = (0, 0), bias: Bool = true
  ) {
    var rng = SplitMix64(seed: UInt64(extent * 1_009 + channels))
    self.extent = extent
    self.channels = channels
    self.taps = taps ?? extent
    self.lines = lines
    self.areRows = areRows
    x = .random(rows: extent * lines, columns: channels, gap: gaps.0, using: &rng)
    dy = .random(rows: extent * lines, columns: channels, gap: gaps.1, using: &rng)
    weights = .random(rows: channels, columns: self.taps, using: &rng)
    self.bias = bias ? .random(rows: 1, columns: channels, using: &rng) : nil
  }

  private func pixel(_ line: Int, _ place: Int) -> Int {
    areRows ? line * extent + place : place * lines + line
  }

  private func line(of pixel: Int) -> (line: Int, place: Int) {
    areRows ? (pixel / extent, pixel % extent) : (pixel % lines, pixel / lines)
  }

  private func shape(_ input: GuardedMatrix, _ output: GuardedMatrix) -> ek_circular_shape {
    let (line, step) = areRows ? (extent, 1) : (1, lines)
    return ek_circular_shape(
      extent: Int64(extent), channels: Int64(channels),
      input_line_stride: Int64(line * input.stride),
      input_pixel_stride: Int64(step * input.stride),
      output_line_stride: Int64(line * output.stride),
      output_pixel_stride: Int64(step * output.stride))
  }

  private var scratch: GuardedMatrix {
    .output(rows: 1, columns: Int(ek_circular_scratch_count(Int64(extent))))
  }

  func run(
    _ isa: KernelISA, of input: GuardedMatrix, like other: GuardedMatrix, backward: Bool,
    bands: [Range<Int>]? = nil
  ) -> GuardedMatrix {
    let y = GuardedMatrix.output(
      rows: other.rows, columns: channels, gap: other.stride - channels)
    let rows = Int(ek_circular_tap_rows(Int64(extent)))
    let (prepared, scratch) = (GuardedMatrix.output(rows: rows, columns: channels), scratch)
    var shape = shape(input, y)
    unsafe ek_circular_prepare_f32(
      Int64(extent), Int64(taps), Int64(channels), weights.pointer, backward ? 1 : 0,
      prepared.pointer, Int64(channels))
    for band in bands ?? [0..<lines] {
      unsafe ek_circular_f32(
        isa.c, &shape, input.pointer, prepared.pointer, backward ? nil : bias?.pointer,
        Int64(band.lowerBound), Int64(band.upperBound), y.pointer, scratch.pointer)
    }
    #expect(scratch.guardsAreIntact && prepared.guardsAreIntact)
    return y
  }

  func forward(_ isa: KernelISA, bands: [Range<Int>]? = nil) -> GuardedMatrix {
    run(isa, of: x, like: dy, backward: false, bands: bands)
  }

  /// Sums of at most 64 terms of size 1; measured is 3e-6.
  func check(_ isa: KernelISA, _ label: String) {
    expectClose(forward(isa), absolute: 6e-6, label: label) { index, c in
      let (line, place) = line(of: index)
      return (0..<taps).reduce(Double(bias?[0, c] ?? 0)) { sum, t in
        sum + Double(weights[c, t]) * Double(x[pixel(line, (place + t) % extent), c])
      }
    }
    let dx = run(isa, of: dy, like: x, backward: true)
    expectClose(dx, absolute: 6e-6, label: "\(label), backward") { index, c in
      let (line, place) = line(of: index)
      return (0..<taps).reduce(0) { sum, t in
        sum + Double(weights[c, t])
          * Double(dy[pixel(line, (place - t + extent) % extent), c])
      }
    }
  }

  /// Added to numbers that are there.
  func checkWeights(_ isa: KernelISA, _ label: String, bands: [Range<Int>]? = nil) {
    let dw = GuardedMatrix.output(rows: taps, columns: channels)
    for t in 0..<taps { for c in 0..<channels { dw[t, c] = weights[c, t] } }
    let scratch = scratch
    var shape = shape(x, dy)
    for band in bands ?? [0..<lines] {
      unsafe ek_circular_weight_gradient_f32(
        isa.c, &shape, Int64(taps), x.pointer, dy.pointer, Int64(band.lowerBound),
        Int64(band.upperBound), dw.pointer, scratch.pointer)
    }
    #expect(scratch.guardsAreIntact)
    // Some hundreds of terms of size 1.
    expectClose(dw, absolute: 2e-5, label: label) { t, c in
      var sum = Double(weights[c, t])
      for line in 0..<lines {
        for place in 0..<extent {
          sum +=
            Double(x[pixel(line, (place + t) % extent), c]) * Double(dy[pixel(line, place), c])
        }
      }
      return sum
    }
  }
}

@Suite struct CircularKernelTests {
  @Test(arguments: KernelISA.available, [7, 8, 14, 25])
  func agreesOnEveryChannelCount(isa: KernelISA, extent: Int) {
    for channels in KernelISA.sizes {
      let circular = Circular(
        extent: extent, channels: channels, areRows: channels % 2 == 0, gaps: (3, 2))
      circular.check(isa, "\(channels) channels")
      circular.checkWeights(isa, "\(channels) channels")
    }
  }

  /// Lines shorter and longer than the blocks of outputs, even and odd ones.
  @Test(arguments: KernelISA.available, [false, true])
  func agreesOnEveryExtent(isa: KernelISA, areRows: Bool) {
    for extent in Array(1...20) + [24, 28, 31, 32, 40, 56, 64] {
      let circular = Circular(extent: extent, channels: 20, areRows: areRows, bias: areRows)
      circular.check(isa, "extent \(extent)")
      circular.checkWeights(isa, "extent \(extent)")
    }
  }

  @Test(arguments: KernelISA.available, [5, 9, 12, 16])
  func agreesOnFewTaps(isa: KernelISA, extent: Int) {
    for taps in 1...extent {
      for channels in [6, 33] {
        let circular = Circular(extent: extent, channels: channels, taps: taps, gaps: (0, 1))
        circular.check(isa, "\(taps) of \(extent) taps")
        circular.checkWeights(isa, "\(taps) of \(extent) taps")
      }
    }
  }

  @Test(arguments: KernelISA.available, [7, 16])
  func bandsAreTheWhole(isa: KernelISA, extent: Int) {
    for channels in [5, 37] {
      let circular = Circular(extent: extent, channels: channels, lines: 9, gaps: (2, 0))
      let bands = [0..<1, 1..<6, 6..<6, 6..<9]
      expectSame(circular.forward(isa), circular.forward(isa, bands: bands))
      circular.checkWeights(isa, "\(channels) channels", bands: bands)
    }
  }
}
