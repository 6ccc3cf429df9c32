import CEdgeKernels
import EdgeGraph

/// The sizes of a convolution in groups of a batch, as the kernels want them. A depthwise one has
/// groups of one channel.
struct GroupedSizes {
  /// For one image.
  let shape: ek_depthwise_shape
  /// Channels of a group.
  let inputs, outputs: Int
  private let input, output: Shape

  /// - Parameters:
  ///   - x, y: the matrices of what the convolution reads and writes, or of their gradients.
  init(
    _ convolution: Convolution, _ x: Operand, _ input: Shape, weight: Shape, _ y: Operand,
    _ output: Shape
  ) {
    self.input = input
    self.output = output
    inputs = weight[1]
    outputs = weight[0] / convolution.groups
    shape = ek_depthwise_shape(
      height: Int64(input[1]), width: Int64(input[2]), channels: Int64(convolution.groups),
      input_pixel_stride: Int64(x.stride), output_height: Int64(output[1]),
      output_width: Int64(output[2]), output_pixel_stride: Int64(y.stride),
      kernel_height: Int64(weight[2]), kernel_width: Int64(weight[3]),
      stride: Int64(convolution.stride), padding_top: Int64(convolution.padding),
      padding_left: Int64(convolution.padding), dilation: Int64(convolution.dilation), planes: 1,
      plane_stride: 0)
  }

  /// Of a convolution of stride 1, those of the convolution of the output's gradient with the taps
  /// in reverse order, which is the input's. Its groups have `outputs` inputs, `inputs` outputs.
  var reversed: ek_depthwise_shape {
    let dilation = shape.dilation
    return ek_depthwise_shape(
      height: shape.output_height, width: shape.output_width, channels: shape.channels,
      input_pixel_stride: shape.output_pixel_stride, output_height: shape.height,
      output_width: shape.width, output_pixel_stride: shape.input_pixel_stride,
      kernel_height: shape.kernel_height, kernel_width: shape.kernel_width, stride: 1,
      padding_top: (shape.kernel_height - 1) * dilation - shape.padding_top,
      padding_left: (shape.kernel_width - 1) * dilation - shape.padding_left, dilation: dilation,
      planes: 1, plane_stride: 0)
  }

  /// Floats of scratch that the kernels need, of the reversed convolution too.
  var scratchCount: Int {
    let (inputs, outputs) = (Int64(inputs), Int64(outputs))
    var (shape, reversed) = (shape, reversed)
    let forward = unsafe ek_grouped_scratch_count(&shape, inputs, outputs)
    let backward = unsafe ek_grouped_scratch_count(&reversed, outputs, inputs)
    return Int(max(forward, backward))
  }

  var inputRows: Int { input[0] * input[1] }
  var outputRows: Int { output[0] * output[1] }

  /// A range of the rows of all inputs, image by image.
  @inline(__always)
  func eachImage(ofInputs rows: Range<Int>, _ body: (ImageRows) -> Void) {
    eachImage(rows, height: input[1], body)
  }

  /// A range of the rows of all outputs, image by image.
  @inline(__always)
  func eachImage(ofOutputs rows: Range<Int>, _ body: (ImageRows) -> Void) {
    eachImage(rows, height: output[1], body)
  }

  @inline(__always)
  private func eachImage(_ rows: Range<Int>, height: Int, _ body: (ImageRows) -> Void) {
    let height = max(height, 1)
    for image in rows.lowerBound / height..<(rows.upperBound + height - 1) / height {
      body(
        ImageRows(
          first: Int64(max(rows.lowerBound - image * height, 0)),
          end: Int64(min(rows.upperBound - image * height, height)),
          inputPixel: image * input[1] * input[2], outputPixel: image * output[1] * output[2]))
    }
  }
}

/// Rows `first ..< end` of one image, and the places of its first pixels in the batch.
struct ImageRows {
  let first, end: Int64
  let inputPixel, outputPixel: Int
}

/// A weight `[out, in / groups, kh, kw]` as taps of planes, in the order of `ek_grouped_f32`.
struct GroupedTaps {
  /// The order of the taps.
  enum Order {
    case forward
    /// For the gradient of the input: by inputs of a group first; each kernel in reverse order
    /// where the stride is 1, so that it is a convolution.
    case backward(isReversed: Bool)
  }

  let operand: Operand
  /// The call that makes them of a weight that changes between runs, or of any for the way back.
  let packing: [KernelCall]

  /// Floats of temporary memory.
  static func temporaryCount(_ request: TemporaryRequest, _ index: Int, _ order: Order) -> Int {
    if request.isConstant[index], case .forward = order { return 0 }
    return request.inputs[index].count
  }

  init(
    _ binding: Binding, _ index: Int, groups: Int, _ order: Order = .forward
  ) throws(RuntimeError) {
    let shape = binding.inputs[index].shape
    let size = shape.count / groups
    if binding.isConstant(index), case .forward = order {
      operand = Operand(
        constant: try binding.constant(index, .taps(groups: groups)), rows: size, columns: groups)
      packing = []
      return
    }
    let weight = try binding.contiguousOperand(index)
    let taps = binding.temporary.view([size, groups], from: 0, stride: groups)
    operand = taps
    packing = [Self.packing(weight, shape, groups: groups, order, to: taps)]
  }

  /// Kernel by kernel of a group, groups last.
  private static func packing(
    _ weight: Operand, _ shape: Shape, groups: Int, _ order: Order, to taps: Operand
  ) -> KernelCall {
    let (inputs, outputs, kernel) = (shape[1], shape[0] / groups, shape[2] * shape[3])
    let size = inputs * outputs * kernel
    let (isBackward, isReversed) =
      switch order {
      case .forward: (false, false)
      case .backward(let isReversed): (true, isReversed)
      }
    return KernelCall(items: groups) { frame, range in
      let source = unsafe weight.pointer(frame) + range.lowerBound * size
      for index in 0..<inputs * outputs {
        let place = isBackward ? index % inputs * outputs + index / inputs : index
        let row = place * kernel + (isReversed ? kernel - 1 : 0)
        unsafe ek_transpose_f32(
          Int64(range.count), Int64(kernel), source + index * kernel, Int64(size),
          taps.pointer(frame, row: row) + range.lowerBound, Int64(isReversed ? -groups : groups))
      }
    }
  }
}

/// A bias `[out]` in the order of `ek_grouped_f32`, `[out / groups, groups]`.
struct GroupedBias {
  let operand: Operand
  let packing: [KernelCall]

  /// Floats of temporary memory.
  static func temporaryCount(_ request: TemporaryRequest, _ index: Int, groups: Int) -> Int {
    let count = request.inputs[index].count
    return request.isConstant[index] || count == groups ? 0 : count
  }

  /// - Parameter offset: where in the operation's temporary memory it is put in order.
  init(_ binding: Binding, _ index: Int, groups: Int, at offset: Int) throws(RuntimeError) {
    let count = binding.inputs[index].shape.count
    if count == groups {
      operand = try binding.operand(index)
      packing = []
    } else if binding.isConstant(index) {
      operand = Operand(
        constant: try binding.constant(index, .taps(groups: groups)), rows: count / groups,
        columns: groups)
      packing = []
    } else {
      let bias = try binding.contiguousOperand(index)
      let ordered = binding.temporary.view(
        [count / groups, groups], from: offset, stride: groups)
      operand = ordered
      packing = [
        KernelCall(items: 1) { frame, _ in
          unsafe ek_transpose_f32(
            Int64(groups), Int64(count / groups), bias.pointer(frame), Int64(count / groups),
            ordered.pointer(frame), Int64(groups))
        }
      ]
    }
  }
}

extension Binding {
  /// An input whose rows lie one after another.
  func contiguousOperand(_ index: Int) throws(RuntimeError) -> Operand {
    let operand = try operand(index)
    guard operand.isContiguous else { throw notContiguous("input \(index)") }
    return operand
  }

  /// The output, if its rows lie one after another.
  func contiguousOutput() throws(RuntimeError) -> Operand {
    guard output.isContiguous else { throw notContiguous("the output") }
    return output
  }

  private func notContiguous(_ what: String) -> RuntimeError {
    .unsupported(
      operation: "binding", path: path,
      reason: "\(what) is a channel slice; expected rows that lie one after another")
  }
}
