import CEdgeKernels
import TestSupport
import Testing

@Suite struct ResamplingKernelTests {
  @Test(arguments: KernelISA.available, KernelISA.sizes)
  func transposedConvolutionAgrees(isa: KernelISA, channels: Int) {
    for (pixels, stride) in [(1, 1), (1, 4), (5, 2), (3, 3), (0, 2)] {
      var rng = SplitMix64(seed: UInt64(channels))
      let x = GuardedMatrix.random(rows: pixels, columns: channels, gap: 3, using: &rng)
      let weights = GuardedMatrix.random(rows: stride, columns: channels, using: &rng)
      let bias = GuardedMatrix.random(rows: 1, columns: channels, using: &rng)
      let y = GuardedMatrix.output(rows: pixels * stride, columns: channels, gap: 2)
      unsafe ek_depthwise_transposed_f32(
        isa.c, Int64(pixels), Int64(channels), Int64(stride), x.pointer, Int64(x.stride),
        weights.pointer, bias.pointer, y.pointer, Int64(y.stride))
      // Two roundings of numbers up to 2.
      expectClose(y, absolute: 2e-7, label: "\(pixels) pixels, stride \(stride)") { i, c in
        Double(x[i / stride, c]) * Double(weights[i % stride, c]) + Double(bias[0, c])
      }
    }
  }

  /// Any pixels in any order, some twice and some not at all.
  private static func taps(_ rng: inout SplitMix64, pixels: Int, of extent: Int) -> [ek_linear_tap]
  {
    (0..<pixels).map { _ in
      ek_linear_tap(
        first: Int64.random(in: 0..<Int64(extent), using: &rng),
        second: Int64.random(in: 0..<Int64(extent), using: &rng),
        share: Float.random(in: 0..<1, using: &rng))
    }
  }

  @Test(arguments: KernelISA.available, KernelISA.sizes)
  func resizedRowsAgree(isa: KernelISA, channels: Int) {
    for (extent, pixels, gap) in [(1, 1, 3), (1, 3, 0), (4, 9, 3), (4, 9, 0), (7, 2, 3), (3, 0, 3)]
    {
      var rng = SplitMix64(seed: UInt64(channels))
      let rows = (0..<2).map { _ in
        GuardedMatrix.random(rows: extent, columns: channels, gap: gap, using: &rng)
      }
      let taps = Self.taps(&rng, pixels: pixels, of: extent)
      let share = pixels == 3 ? 0 : Float.random(in: 0..<1, using: &rng)
      let y = GuardedMatrix.output(rows: pixels, columns: channels, gap: 2)
      let scratch = GuardedMatrix.output(rows: 1, columns: extent * channels)
      unsafe ek_resize_row_f32(
        isa.c, Int64(extent), Int64(pixels), Int64(channels), taps, share, rows[0].pointer,
        rows[1].pointer, Int64(rows[0].stride), y.pointer, Int64(y.stride), scratch.pointer)
      #expect(scratch.guardsAreIntact)
      // Six roundings of numbers up to 2.
      expectClose(y, absolute: 5e-7, label: "\(extent) to \(pixels)") { i, c in
        let across = rows.map { row in
          let (a, b) = (Double(row[Int(taps[i].first), c]), Double(row[Int(taps[i].second), c]))
          return a + (b - a) * Double(taps[i].share)
        }
        return across[0] + (across[1] - across[0]) * Double(share)
      }
    }
  }

  @Test(arguments: KernelISA.available, KernelISA.sizes)
  func resizedRowsGradientAgrees(isa: KernelISA, channels: Int) {
    for (extent, pixels) in [(1, 1), (1, 3), (4, 9), (7, 2), (3, 0)] {
      var rng = SplitMix64(seed: UInt64(channels))
      let dy = GuardedMatrix.random(rows: pixels, columns: channels, gap: 3, using: &rng)
      let taps = Self.taps(&rng, pixels: pixels, of: extent)
      let share = Float.random(in: 0..<1, using: &rng)
      let before = rng.floats(extent * channels)
      let dx = GuardedMatrix(
        rows: extent, columns: channels, gap: 2, values: before, outside: -7.25e11)
      unsafe ek_resize_row_gradient_f32(
        isa.c, Int64(pixels), Int64(channels), taps, share, dy.pointer, Int64(dy.stride),
        dx.pointer, Int64(dx.stride))
      var expected = before.map(Double.init)
      for (i, tap) in taps.enumerated() {
        let (first, second) = (1 - Double(tap.share), Double(tap.share))
        for c in 0..<channels {
          let value = Double(share) * Double(dy[i, c])
          expected[Int(tap.first) * channels + c] += first * value
          expected[Int(tap.second) * channels + c] += second * value
        }
      }
      // Up to 18 terms below 1.
      expectClose(dx, absolute: 3e-6, label: "\(extent) from \(pixels)") { i, c in
        expected[i * channels + c]
      }
    }
  }

  /// An even picture stays exactly so.
  @Test(arguments: KernelISA.available)
  func equalPixelsStayEqual(isa: KernelISA) {
    let x = GuardedMatrix(rows: 2, columns: 3, values: [0.1, 0.3, -0.7, 0.1, 0.3, -0.7])
    let taps = [ek_linear_tap(first: 0, second: 1, share: 0.3)]
    let y = GuardedMatrix.output(rows: 1, columns: 3)
    let scratch = GuardedMatrix.output(rows: 1, columns: 6)
    unsafe ek_resize_row_f32(
      isa.c, 2, 1, 3, taps, 0.7, x.pointer, x.pointer, 3, y.pointer, 3, scratch.pointer)
    #expect(y.values == [0.1, 0.3, -0.7])
  }
}
