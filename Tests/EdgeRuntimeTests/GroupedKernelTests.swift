import CEdgeKernels
import TestSupport
import Testing

/// A convolution in groups with a gradient of its output, and the sums that it and its derivatives
/// are.
private struct Grouped {
  var shape: ek_depthwise_shape
  let inputs: Int, outputs: Int, groups: Int, taps: Int
  let x: GuardedMatrix, dy: GuardedMatrix
  /// In PyTorch's order, a kernel in each row: outputs, then inputs of a group.
  let weights: GuardedMatrix
  let bias: GuardedMatrix?
  let activation: ek_activation

  init(
    height: Int, width: Int, groups: Int, inputs: Int, outputs: Int, kernel: Int, stride: Int = 1,
    padding: Int? = nil, gaps: (Int, Int) = (0, 0), bias: Bool = true,
    activation: ek_activation = EK_IDENTITY
  ) {
    var rng = SplitMix64(seed: UInt64(height * 10_007 + width * 101 + groups * inputs))
    let padding = padding ?? kernel / 2
    let outputHeight = (height + 2 * padding - kernel) / stride + 1
    let outputWidth = (width + 2 * padding - kernel) / stride + 1
    shape = ek_depthwise_shape(
      height: Int64(height), width: Int64(width), channels: Int64(groups),
      input_pixel_stride: Int64(groups * inputs + gaps.0), output_height: Int64(outputHeight),
      output_width: Int64(outputWidth), output_pixel_stride: Int64(groups * outputs + gaps.1),
      kernel_height: Int64(kernel), kernel_width: Int64(kernel), stride: Int64(stride),
      padding_top: Int64(padding), padding_left: Int64(padding), dilation: 1, planes: 1,
      plane_stride: 0)
    (self.inputs, self.outputs, self.groups) = (inputs, outputs, groups)
    taps = kernel * kernel
    x = .random(rows: height * width, columns: groups * inputs, gap: gaps.0, using: &rng)
    dy = .random(
      rows: outputHeight * outputWidth, columns: groups * outputs, gap: gaps.1, using: &rng)
    weights = .random(rows: groups * outputs * inputs, columns: taps, using: &rng)
    self.bias = bias ? .random(rows: 1, columns: groups * outputs, using: &rng) : nil
    self.activation = activation
  }

  /// The weights in the kernels' order, for the way there or back.
  private func ordered(backward: Bool) -> GuardedMatrix {
    let result = GuardedMatrix(rows: inputs * outputs * taps, columns: groups)
    for g in 0..<groups {
      for q in 0..<outputs {
        for p in 0..<inputs {
          let place = backward ? p * outputs + q : q * inputs + p
          for tap in 0..<taps {
            result[place * taps + tap, g] = weights[(g * outputs + q) * inputs + p, tap]
          }
        }
      }
    }
    return result
  }

  private var orderedBias: GuardedMatrix? {
    guard let bias else { return nil }
    let result = GuardedMatrix(rows: outputs, columns: groups)
    for g in 0..<groups { for q in 0..<outputs { result[q, g] = bias[0, g * outputs + q] } }
    return result
  }

  private func scratch() -> GuardedMatrix {
    var shape = shape
    let count = unsafe ek_grouped_scratch_count(&shape, Int64(inputs), Int64(outputs))
    return .output(rows: 1, columns: Int(count))
  }

  /// Position in the input, output channel's kernel, tap, and output of every product.
  private func forEachProduct(
    _ body: (_ pixel: Int, _ input: Int, _ kernel: Int, _ tap: Int, _ place: Int, _ output: Int)
      -> Void
  ) {
    let s = shape
    for place in 0..<dy.rows {
      for tap in 0..<taps {
        let (oy, ox) = (Int64(place) / s.output_width, Int64(place) % s.output_width)
        let iy = oy * s.stride - s.padding_top + Int64(tap) / s.kernel_width
        let ix = ox * s.stride - s.padding_left + Int64(tap) % s.kernel_width
        guard (0..<s.height).contains(iy), (0..<s.width).contains(ix) else { continue }
        for output in 0..<dy.columns {
          for p in 0..<inputs {
            let input = output / outputs * inputs + p
            body(Int(iy * s.width + ix), input, output * inputs + p, tap, place, output)
          }
        }
      }
    }
  }

  func forward(_ isa: KernelISA, bands: [Range<Int64>]? = nil) -> GuardedMatrix {
    let y = GuardedMatrix.output(rows: dy.rows, columns: dy.columns, gap: dy.stride - dy.columns)
    let (weights, bias, scratch) = (ordered(backward: false), orderedBias, scratch())
    var shape = shape
    for band in bands ?? [0..<shape.output_height] {
      unsafe ek_grouped_f32(
        isa.c, &shape, Int64(inputs), Int64(outputs), x.pointer, weights.pointer, bias?.pointer,
        activation, band.lowerBound, band.upperBound, y.pointer, scratch.pointer)
    }
    #expect(scratch.guardsAreIntact)
    return y
  }

  private func checkForward(_ isa: KernelISA, _ label: String) {
    var expected = [Double](repeating: 0, count: dy.rows * dy.columns)
    for index in expected.indices { expected[index] = Double(bias?[0, index % dy.columns] ?? 0) }
    forEachProduct { pixel, input, kernel, tap, place, output in
      expected[place * dy.columns + output] +=
        Double(x[pixel, input]) * Double(weights[kernel, tap])
    }
    expectClose(forward(isa), absolute: 8e-6, label: label) { i, j in
      reference(activation, expected[i * dy.columns + j])
    }
  }

  private func checkInput(_ isa: KernelISA, _ label: String) {
    let dx = GuardedMatrix.output(rows: x.rows, columns: x.columns, gap: x.stride - x.columns)
    let (weights, scratch) = (ordered(backward: true), scratch())
    var shape = shape
    for band in [0..<shape.height / 3, shape.height / 3..<shape.height] {
      unsafe ek_grouped_input_gradient_f32(
        isa.c, &shape, Int64(inputs), Int64(outputs), dy.pointer, weights.pointer,
        band.lowerBound, band.upperBound, dx.pointer, scratch.pointer)
    }
    #expect(scratch.guardsAreIntact)
    var expected = [Double](repeating: 0, count: x.rows * x.columns)
    forEachProduct { pixel, input, kernel, tap, place, output in
      expected[pixel * x.columns + input] +=
        Double(dy[place, output]) * Double(self.weights[kernel, tap])
    }
    expectClose(dx, absolute: 8e-6, label: "input, \(label)") { i, j in
      expected[i * x.columns + j]
    }
  }

  /// Added to numbers that are there.
  private func checkWeights(_ isa: KernelISA, _ label: String) {
    let dw = GuardedMatrix.output(rows: inputs * outputs * taps, columns: groups)
    for i in 0..<dw.rows { for j in 0..<dw.columns { dw[i, j] = 1 } }
    let scratch = scratch()
    var shape = shape
    for band in [0..<shape.output_height / 3, shape.output_height / 3..<shape.output_height] {
      unsafe ek_grouped_weight_gradient_f32(
        isa.c, &shape, Int64(inputs), Int64(outputs), x.pointer, dy.pointer, band.lowerBound,
        band.upperBound, dw.pointer, scratch.pointer)
    }
    #expect(scratch.guardsAreIntact)
    var expected = [Double](repeating: 1, count: weights.rows * taps)
    forEachProduct { pixel, input, kernel, tap, place, output in
      expected[kernel * taps + tap] += Double(x[pixel, input]) * Double(dy[place, output])
    }
    // Some hundreds of terms of size 1.
    expectClose(dw, absolute: 4e-5, label: "weights, \(label)") { row, g in
      expected[g * inputs * outputs * taps + row]
    }
  }

  func check(_ isa: KernelISA, _ label: String) {
    checkForward(isa, label)
    checkInput(isa, label)
    checkWeights(isa, label)
  }
}

@Suite struct GroupedKernelTests {
  @Test(arguments: KernelISA.available)
  func agreesOnEveryGroupCount(isa: KernelISA) {
    for groups in KernelISA.sizes {
      for (inputs, outputs) in [(1, 2), (2, 1), (2, 2), (2, 3), (3, 2)] {
        Grouped(
          height: 5, width: 6, groups: groups, inputs: inputs, outputs: outputs, kernel: 3,
          gaps: (inputs, outputs - 1), activation: EK_HARDSWISH
        ).check(isa, "\(groups) groups of \(inputs) and \(outputs)")
      }
    }
  }

  @Test(arguments: KernelISA.available, [1, 2, 3])
  func agreesOnOtherGeometries(isa: KernelISA, stride: Int) {
    for kernel in [1, 2, 3, 5] {
      for width in [2, 5, 9, 14] {
        for padding in [0, 1, kernel] where width + 2 * padding >= kernel {
          Grouped(
            height: 11, width: width, groups: 17, inputs: 1 + width % 2, outputs: 1 + kernel % 3,
            kernel: kernel, stride: stride, padding: padding, bias: width > 5,
            activation: width > 9 ? EK_GELU : EK_IDENTITY
          ).check(isa, "kernel \(kernel), stride \(stride), padding \(padding), width \(width)")
        }
      }
    }
  }

  /// Images whose planes don't fit a band.
  @Test(arguments: KernelISA.available, [1, 2])
  func bandsAreTheWhole(isa: KernelISA, stride: Int) {
    let grouped = Grouped(
      height: 40, width: 30, groups: 48, inputs: 2, outputs: 3, kernel: 3, stride: stride)
    let last = grouped.shape.output_height
    expectSame(grouped.forward(isa), grouped.forward(isa, bands: [0..<1, 1..<6, 6..<6, 6..<last]))
    grouped.check(isa, "stride \(stride)")
  }
}
