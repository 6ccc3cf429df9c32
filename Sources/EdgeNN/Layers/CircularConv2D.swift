import EdgeGraph

/// A convolution along the height or the width that goes on at the other end (ParC-Net,
/// arXiv:2203.03952): parameters `weight` `[out, in / groups, taps, 1]` along the height,
/// `[out, in / groups, 1, taps]` along the width and, if it has one, `bias` `[out]`.
///
/// Where the axis is not as long as there are taps, they are resampled to its length, as in EdgeFormer.
///
/// - Input: `[n, h, w, in]`. Output: `[n, h, w, out]`.
public struct CircularConv2D: Module {
  public let weight: Tensor
  public let bias: Tensor?
  private let operation: CircularConvolution
  private let path: String

  /// - Parameters:
  ///   - groups: 1 for a dense convolution, or as many as there are channels.
  ///   - name: of the weight.
  public init(
    _ scope: Scope, along axis: CircularConvolution.Axis, from inputs: Int, to outputs: Int,
    taps: Int, groups: Int = 1, hasBias: Bool = true, name: String = "weight",
    initializer: Initializer = .truncatedNormal(standardDeviation: 0.02)
  ) {
    path = scope.path
    operation = CircularConvolution(along: axis, groups: groups, hasBias: hasBias)
    let kernel = axis == .height ? (taps, 1) : (1, taps)
    weight = scope.parameter(
      name, [outputs, inputs / groups, kernel.0, kernel.1], initializer)
    bias = hasBias ? scope.parameter("bias", [outputs], .constant(0)) : nil
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    // Of the same length too: the runtime then knows that the result belongs to this size.
    let axis = operation.axis.rawValue
    let kernel =
      x.shape.rank == 4 ? weight.resampled(axis: axis + 1, to: x.shape[axis]) : weight
    return Tensor(operation, [x, kernel] + (bias.map { [$0] } ?? []), at: path)
  }
}
