import CEdgeKernels
import TestSupport
import Testing

private struct Depthwise {
  var shape: ek_depthwise_shape
  let x: GuardedMatrix, weights: GuardedMatrix
  let bias: GuardedMatrix?
  let outputGap: Int
  let activation: ek_activation

  init(
    height: Int, width: Int, channels: Int, kernel: (Int, Int), stride: Int = 1, dilation: Int = 1,
    padding: (Int, Int)? = nil, inputGap: Int = 0, outputGap: Int = 0, bias: Bool = true,
    planes: Int = 1, activation: ek_activation = EK_IDENTITY
  ) {
    var rng = SplitMix64(seed: UInt64(height * 10_007 + width * 101 + channels))
    let (top, left) = padding ?? (kernel.0 / 2, kernel.1 / 2)
    shape = ek_depthwise_shape(
      height: Int64(height), width: Int64(width), channels: Int64(channels),
      input_pixel_stride: Int64(channels + inputGap),
      output_height: Int64((height + 2 * top - dilation * (kernel.0 - 1) - 1) / stride + 1),
      output_width: Int64((width + 2 * left - dilation * (kernel.1 - 1) - 1) / stride + 1),
      output_pixel_stride: Int64(channels + outputGap), kernel_height: Int64(kernel.0),
      kernel_width: Int64(kernel.1), stride: Int64(stride), padding_top: Int64(top),
      padding_left: Int64(left), dilation: Int64(dilation), planes: Int64(planes),
      plane_stride: Int64(height * width * (channels + inputGap)))
    x = .random(rows: planes * height * width, columns: channels, gap: inputGap, using: &rng)
    weights = .random(rows: planes * kernel.0 * kernel.1, columns: channels, using: &rng)
    self.activation = activation
    self.bias = bias ? .random(rows: 1, columns: channels, using: &rng) : nil
    self.outputGap = outputGap
  }

  func run(_ isa: KernelISA, bands: [Range<Int64>]? = nil) -> GuardedMatrix {
    let y = GuardedMatrix.output(
      rows: Int(shape.output_height * shape.output_width), columns: Int(shape.channels),
      gap: outputGap)
    var shape = shape
    for band in bands ?? [0..<shape.output_height] {
      unsafe ek_depthwise_f32(
        isa.c, &shape, x.pointer, weights.pointer, bias?.pointer, activation, band.lowerBound,
        band.upperBound, y.pointer)
    }
    return y
  }

  func expected(_ pixel: Int, _ channel: Int) -> Double {
    let s = shape
    let (oy, ox) = (Int64(pixel) / s.output_width, Int64(pixel) % s.output_width)
    var sum = Double(bias?[0, channel] ?? 0)
    for tap in 0..<s.planes * s.kernel_height * s.kernel_width {
      let (ky, kx) = (tap / s.kernel_width % s.kernel_height, tap % s.kernel_width)
      let iy = oy * s.stride - s.padding_top + ky * s.dilation
      let ix = ox * s.stride - s.padding_left + kx * s.dilation
      guard (0..<s.height).contains(iy), (0..<s.width).contains(ix) else { continue }
      let plane = tap / s.kernel_width / s.kernel_height
      let pixel = (plane * s.height + iy) * s.width + ix
      sum += Double(x[Int(pixel), channel]) * Double(weights[Int(tap), channel])
    }
    return reference(activation, sum)
  }

  /// At most 81 terms of size 1; measured is 2e-6.
  func check(_ isa: KernelISA, _ label: String) {
    expectClose(run(isa), absolute: 6e-6, label: label, expected)
  }
}

@Suite struct DepthwiseKernelTests {
  @Test(arguments: KernelISA.available, [3, 5, 7, 9])
  func agreesOnEveryChannelCount(isa: KernelISA, kernel: Int) {
    for channels in KernelISA.sizes {
      Depthwise(
        height: 6, width: 9, channels: channels, kernel: (kernel, kernel), inputGap: 3, outputGap: 2
      ).check(isa, "\(channels) channels")
    }
  }

  /// Widths around the blocks of pixels, images smaller than the kernel included.
  @Test(arguments: KernelISA.available, [1, 3, 5, 7, 9])
  func agreesOnEveryWidth(isa: KernelISA, kernel: Int) {
    for width in [1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 14, 16, 23, 32] {
      for height in [1, 2, 8, 13] {
        for stride in 1...2 {
          Depthwise(
            height: height, width: width, channels: 20, kernel: (kernel, kernel), stride: stride
          ).check(isa, "\(height) x \(width), stride \(stride)")
        }
      }
    }
  }

  /// The results of several images are summed before they are activated.
  @Test(arguments: KernelISA.available, [EK_IDENTITY, EK_GELU, EK_HARDSWISH].map(\.rawValue))
  func sumsPlanesAndActivates(isa: KernelISA, activation: UInt32) {
    for channels in [3, 16, 21, 40] {
      for planes in 1...3 {
        for (kernel, stride) in [(1, 1), (3, 1), (3, 2), (5, 2), (4, 1)] {
          Depthwise(
            height: 7, width: 9, channels: channels, kernel: (kernel, kernel), stride: stride,
            outputGap: 3, bias: planes < 3, planes: planes,
            activation: ek_activation(rawValue: activation)
          ).check(isa, "\(planes) planes, \(channels) channels, kernel \(kernel)")
        }
      }
    }
  }

  @Test(arguments: KernelISA.available)
  func agreesOnOtherGeometries(isa: KernelISA) {
    for channels in [3, 16, 70] {
      for stride in 1...3 {
        for dilation in 1...2 {
          for kernel in [(1, 1), (2, 2), (3, 3), (3, 1), (1, 5), (5, 5), (7, 3)] {
            Depthwise(
              height: 12, width: 10, channels: channels, kernel: kernel, stride: stride,
              dilation: dilation, outputGap: 1, bias: stride == 1
            ).check(isa, "stride \(stride), dilation \(dilation), kernel \(kernel)")
          }
        }
      }
    }
  }

  /// Widths around the blocks of pixels that are the dilation apart.
  @Test(arguments: KernelISA.available, [3, 5, 7, 9])
  func agreesWithDilation(isa: KernelISA, kernel: Int) {
    for dilation in 2...4 {
      for width in [7, 8, 13, 16, 17, 31, 33] {
        let padding = kernel / 2 * dilation
        for planes in 1...2 {
          Depthwise(
            height: 14, width: width, channels: 20, kernel: (kernel, kernel), dilation: dilation,
            padding: (padding, padding), inputGap: 3, outputGap: 2, planes: planes,
            activation: EK_RELU
          ).check(isa, "width \(width), dilation \(dilation), \(planes) planes")
        }
      }
    }
  }

  @Test(arguments: KernelISA.available)
  func agreesWithoutAndWithWidePadding(isa: KernelISA) {
    for padding in [(0, 0), (1, 0), (2, 4), (5, 6)] {
      for stride in 1...2 {
        Depthwise(
          height: 9, width: 14, channels: 33, kernel: (3, 3), stride: stride, padding: padding
        ).check(isa, "padding \(padding), stride \(stride)")
      }
      Depthwise(height: 9, width: 14, channels: 33, kernel: (7, 7), padding: padding, bias: false)
        .check(isa, "padding \(padding), kernel 7")
    }
  }

  @Test(arguments: KernelISA.available, [1, 2])
  func bandsAreTheWhole(isa: KernelISA, stride: Int) {
    for kernel in [3, 5, 7, 9] {
      let depthwise = Depthwise(
        height: 40, width: 40, channels: 37, kernel: (kernel, kernel), stride: stride, inputGap: 2)
      let last = depthwise.shape.output_height
      expectSame(depthwise.run(isa), depthwise.run(isa, bands: [0..<1, 1..<6, 6..<6, 6..<last]))
    }
  }
}
