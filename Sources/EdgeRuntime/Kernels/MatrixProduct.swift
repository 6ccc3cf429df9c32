import CEdgeKernels
import EdgeGraph

/// A product with everything that can happen to it on its way to memory:
/// y = residual + scale · activation(x W + bias), or activation(residual + scale · (x W + bias)).
///
/// - Inputs: `x`, `weight`, then those of bias `[out]`, scale `[out]` and residual (the shape of
///   the output) that there are.
/// - Output: that of the linear map or convolution.
struct MatrixProduct: Operation {
  static let name = "matrix_product"

  /// How rows of the left operand are read.
  enum Source: Hashable {
    /// Rows of `x`; the weight is `[out, in]`.
    case rows
    /// Rows of `x` as well; the weight is `[in, out]`.
    case transposedRows
    /// Patches of `x`, one every `stride` pixels, without padding; the weight is
    /// `[out, in, kh, kw]`. A row of a patch lies in one piece in memory, so that patches are
    /// multiplied where they are, overlapping or not.
    case patches(stride: Int)
  }

  var source: Source
  var hasBias: Bool
  var activation: ActivationFunction?
  /// Whether the activation comes last.
  var activatesSum = false
  var hasScale = false
  var hasResidual = false

  var biasIndex: Int? { hasBias ? 2 : nil }
  var scaleIndex: Int? { hasScale ? 2 + (hasBias ? 1 : 0) : nil }
  var residualIndex: Int? { hasResidual ? 2 + (hasBias ? 1 : 0) + (hasScale ? 1 : 0) : nil }

  private var product: any Operation {
    switch source {
    case .rows: LinearMap(hasBias: hasBias)
    case .transposedRows: LinearMapInputGradient()
    case .patches(let stride): Convolution(stride: stride, hasBias: hasBias)
    }
  }

  func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let shape = try product.outputShape(inputs)
    if let scaleIndex, inputs[scaleIndex] != [shape[-1]] {
      throw .mismatch(expected: "a scale of [\(shape[-1])]", found: [inputs[scaleIndex]])
    }
    if let residualIndex, inputs[residualIndex] != shape {
      throw .mismatch(expected: "a residual of \(shape)", found: [inputs[residualIndex]])
    }
    return shape
  }

  func cost(_ inputs: [Shape]) -> Cost { product.cost(inputs) }

  func reference(_ inputs: [Reference]) -> Reference {
    var y = product.reference(inputs)
    let activation = activation.map { Activation($0) }
    if let activation, !activatesSum { y = activation.reference([y]) }
    if let scaleIndex { y = Multiply().reference([y, inputs[scaleIndex]]) }
    if let residualIndex { y = Add().reference([y, inputs[residualIndex]]) }
    if let activation, activatesSum { y = activation.reference([y]) }
    return y
  }
}

extension MatrixProduct: Kernel {
  var reusableInputs: [Int] { residualIndex.map { [$0] } ?? [] }

  private var weightForm: WeightForm {
    switch source {
    case .rows: .rows
    case .transposedRows: .transposed
    case .patches: .patches
    }
  }

  func temporaryCount(_ request: TemporaryRequest) -> Int {
    weightForm.temporaryCount(request, 1)
  }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let x = try binding.operand(0)
    let output = binding.output
    let epilogue = try Epilogue(
      binding, bias: biasIndex, activation: activation, activatesSum: activatesSum,
      scale: scaleIndex, residual: residualIndex)
    let weight = try PackedWeight(binding, 1, weightForm)
    switch source {
    case .rows, .transposedRows:
      return weight.call(x, output, epilogue)
    case .patches(let stride):
      let patches = try Patches(binding, x, stride: stride)
      return KernelCall(
        before: weight.packing, items: patches.count,
        scratchCount: weight.scratchCount(rows: patches.columns)
      ) { frame, range in
        for row in range {
          let left = unsafe weight.left(
            patches.pointer(frame, row: row), rows: patches.columns, stride: patches.step,
            segmentStride: patches.segmentStride, scratch: frame.scratch)
          weight.multiply(
            left, rows: patches.columns, frame, output, firstRow: row * patches.columns, epilogue)
        }
      }
    }
  }
}

/// Rows of patches of an image.
private struct Patches {
  let image: Operand
  /// Rows of patches in the batch, patches in a row.
  let count, columns: Int
  private let stride, height, width, rowsPerImage: Int

  init(_ binding: Binding, _ image: Operand, stride: Int) throws(RuntimeError) {
    guard image.isContiguous else {
      throw .unsupported(
        operation: MatrixProduct.name, path: binding.path, reason: "patches of a channel slice")
    }
    let (x, y) = (binding.inputs[0].shape, binding.shape)
    self.image = image
    self.stride = stride
    (height, width) = (x[1], x[2])
    rowsPerImage = y[1]
    count = y[0] * y[1]
    columns = y[2]
  }

  /// Floats between neighboring patches of a row.
  var step: Int { stride * image.columns }

  /// Floats between the rows of a patch, which are segments of a product's left operand.
  var segmentStride: Int { width * image.columns }

  /// The first patch of a row of patches.
  func pointer(_ frame: Frame, row: Int) -> UnsafePointer<Float> {
    let firstPixelRow = row / rowsPerImage * height + row % rowsPerImage * stride
    return unsafe UnsafePointer(image.pointer(frame, row: firstPixelRow * width))
  }
}

/// What happens to a product on its way out.
struct Epilogue {
  private let bias, scale, residual: Operand?
  private let activation: ek_activation
  private let activatesSum: Bool

  init(
    _ binding: Binding, bias: Int?, activation: ActivationFunction? = nil,
    activatesSum: Bool = false, scale: Int? = nil, residual: Int? = nil
  ) throws(RuntimeError) {
    func operand(_ index: Int?) throws(RuntimeError) -> Operand? {
      guard let index else { return nil }
      return try binding.operand(index)
    }
    self.bias = try operand(bias)
    self.scale = try operand(scale)
    self.residual = try operand(residual)
    self.activation = activation?.code ?? EK_IDENTITY
    self.activatesSum = activatesSum
  }

  @inline(__always)
  func values(_ frame: Frame, firstRow: Int) -> ek_epilogue {
    unsafe ek_epilogue(
      bias: bias.map { unsafe UnsafePointer($0.pointer(frame)) }, activation: activation,
      scale: scale.map { unsafe UnsafePointer($0.pointer(frame)) },
      residual: residual.map { unsafe UnsafePointer($0.pointer(frame, row: firstRow)) },
      residual_stride: Int64(residual?.stride ?? 0), activates_sum: activatesSum ? 1 : 0)
  }
}
