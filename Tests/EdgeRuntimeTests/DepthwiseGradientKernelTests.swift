import CEdgeKernels
import TestSupport
import Testing

/// One depthwise convolution with a gradient of its output, and the sums that its derivatives are.
private struct DepthwiseGradient {
  var shape: ek_depthwise_shape
  let x: GuardedMatrix, dy: GuardedMatrix, weights: GuardedMatrix

  init(
    height: Int, width: Int, channels: Int, kernel: (Int, Int), stride: Int = 1, dilation: Int = 1,
    padding: (Int, Int)? = nil, gaps: (Int, Int) = (0, 0)
  ) {
    var rng = SplitMix64(seed: UInt64(height * 10_007 + width * 101 + channels))
    let (top, left) = padding ?? (kernel.0 / 2, kernel.1 / 2)
    let outputHeight = (height + 2 * top - dilation * (kernel.0 - 1) - 1) / stride + 1
    let outputWidth = (width + 2 * left - dilation * (kernel.1 - 1) - 1) / stride + 1
    shape = ek_depthwise_shape(
      height: Int64(height), width: Int64(width), channels: Int64(channels),
      input_pixel_stride: Int64(channels + gaps.0), output_height: Int64(outputHeight),
      output_width: Int64(outputWidth), output_pixel_stride: Int64(channels + gaps.1),
      kernel_height: Int64(kernel.0), kernel_width: Int64(kernel.1), stride: Int64(stride),
      padding_top: Int64(top), padding_left: Int64(left), dilation: Int64(dilation), planes: 1,
      plane_stride: 0)
    x = .random(rows: height * width, columns: channels, gap: gaps.0, using: &rng)
    dy = .random(rows: outputHeight * outputWidth, columns: channels, gap: gaps.1, using: &rng)
    weights = .random(rows: kernel.0 * kernel.1, columns: channels, using: &rng)
  }

  /// Input pixel, tap and output pixel of every product.
  private var products: [(pixel: Int, tap: Int, output: Int)] {
    var result: [(pixel: Int, tap: Int, output: Int)] = []
    let s = shape
    for output in 0..<s.output_height * s.output_width {
      for tap in 0..<s.kernel_height * s.kernel_width {
        let iy =
          output / s.output_width * s.stride - s.padding_top + tap / s.kernel_width * s.dilation
        let ix =
          output % s.output_width * s.stride - s.padding_left + tap % s.kernel_width * s.dilation
        guard (0..<s.height).contains(iy), (0..<s.width).contains(ix) else { continue }
        result.append((Int(iy * s.width + ix), Int(tap), Int(output)))
      }
    }
    return result
  }

  func weightGradient(_ isa: KernelISA, bands: [Range<Int64>]? = nil) -> GuardedMatrix {
    let dw = GuardedMatrix.output(rows: weights.rows, columns: weights.columns)
    for i in 0..<dw.rows { for j in 0..<dw.columns { dw[i, j] = weights[i, j] } }
    var shape = shape
    for band in bands ?? [0..<shape.output_height] {
      unsafe ek_depthwise_weight_gradient_f32(
        isa.c, &shape, x.pointer, dy.pointer, band.lowerBound, band.upperBound, dw.pointer)
    }
    return dw
  }

  /// Added to numbers that are there.
  func checkWeights(_ isa: KernelISA, _ label: String, bands: [Range<Int64>]? = nil) {
    var expected = weights.values.map(Double.init)
    for product in products {
      for c in 0..<x.columns {
        expected[product.tap * x.columns + c] +=
          Double(x[product.pixel, c]) * Double(dy[product.output, c])
      }
    }
    // Some hundreds of terms of size 1; measured is 1.6e-5.
    expectClose(weightGradient(isa, bands: bands), absolute: 4e-5, label: label) { i, j in
      expected[i * x.columns + j]
    }
  }

  func checkInput(_ isa: KernelISA, _ label: String) {
    let dx = GuardedMatrix.output(
      rows: x.rows, columns: x.columns, gap: x.stride - x.columns)
    var shape = shape
    for band in [0..<shape.height / 3, shape.height / 3..<shape.height] {
      unsafe ek_depthwise_input_gradient_f32(
        isa.c, &shape, dy.pointer, weights.pointer, band.lowerBound, band.upperBound, dx.pointer)
    }
    var expected = [Double](repeating: 0, count: x.rows * x.columns)
    for product in products {
      for c in 0..<x.columns {
        expected[product.pixel * x.columns + c] +=
          Double(dy[product.output, c]) * Double(weights[product.tap, c])
      }
    }
    expectClose(dx, absolute: 6e-6, label: label) { i, j in expected[i * x.columns + j] }
  }
}

@Suite struct DepthwiseGradientKernelTests {
  @Test(arguments: KernelISA.available, [3, 5, 7, 9])
  func agreesOnEveryChannelCount(isa: KernelISA, kernel: Int) {
    for channels in KernelISA.sizes {
      let gradient = DepthwiseGradient(
        height: 6, width: 9, channels: channels, kernel: (kernel, kernel), gaps: (3, 2))
      gradient.checkWeights(isa, "\(channels) channels")
      gradient.checkInput(isa, "\(channels) channels")
    }
  }

  /// Widths around the blocks of pixels, images smaller than the kernel included.
  @Test(arguments: KernelISA.available, [3, 5, 7, 9])
  func agreesOnEveryWidth(isa: KernelISA, kernel: Int) {
    for width in [1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 32] {
      for height in [1, 2, 8, 13] {
        for stride in 1...2 {
          let gradient = DepthwiseGradient(
            height: height, width: width, channels: 20, kernel: (kernel, kernel), stride: stride)
          gradient.checkWeights(isa, "\(height) x \(width), stride \(stride)")
          gradient.checkInput(isa, "\(height) x \(width), stride \(stride)")
        }
      }
    }
  }

  @Test(arguments: KernelISA.available)
  func agreesOnOtherGeometries(isa: KernelISA) {
    for channels in [3, 16, 70] {
      for stride in 1...3 {
        for kernel in [(1, 1), (2, 2), (3, 3), (3, 1), (1, 5), (5, 5), (7, 3)] {
          for dilation in 1...2 {
            let gradient = DepthwiseGradient(
              height: 12, width: 10, channels: channels, kernel: kernel, stride: stride,
              dilation: dilation, gaps: (1, 0))
            let label = "stride \(stride), dilation \(dilation), kernel \(kernel)"
            gradient.checkWeights(isa, label)
            gradient.checkInput(isa, label)
          }
        }
      }
    }
  }

  @Test(arguments: KernelISA.available, [3, 5, 7, 9])
  func agreesWithDilation(isa: KernelISA, kernel: Int) {
    for dilation in 2...4 {
      for width in [7, 13, 17, 33] {
        let padding = kernel / 2 * dilation
        let gradient = DepthwiseGradient(
          height: 14, width: width, channels: 20, kernel: (kernel, kernel), dilation: dilation,
          padding: (padding, padding), gaps: (3, 2))
        let label = "width \(width), dilation \(dilation)"
        gradient.checkWeights(isa, label, bands: [0..<1, 1..<6, 6..<14])
        gradient.checkInput(isa, label)
      }
    }
  }

  @Test(arguments: KernelISA.available)
  func agreesWithoutAndWithWidePadding(isa: KernelISA) {
    for padding in [(0, 0), (1, 0), (2, 4), (5, 6)] {
      for (kernel, stride) in [(3, 1), (7, 1), (3, 2), (5, 2)] {
        let gradient = DepthwiseGradient(
          height: 9, width: 14, channels: 33, kernel: (kernel, kernel), stride: stride,
          padding: padding)
        gradient.checkWeights(isa, "padding \(padding), kernel \(kernel)")
        gradient.checkInput(isa, "padding \(padding), kernel \(kernel)")
      }
    }
  }

  @Test(arguments: KernelISA.available, [1, 2])
  func bandsAddUp(isa: KernelISA, stride: Int) {
    for kernel in [3, 5, 7, 9] {
      let gradient = DepthwiseGradient(
        height: 23, width: 24, channels: 37, kernel: (kernel, kernel), stride: stride,
        gaps: (2, 0))
      let last = gradient.shape.output_height
      gradient.checkWeights(isa, "kernel \(kernel)", bands: [0..<1, 1..<6, 6..<6, 6..<last])
    }
  }
}
