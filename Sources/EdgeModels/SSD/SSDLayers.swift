import EdgeGraph
import EdgeNN

/// What predicts the boxes of one level: a projection where the map has another width, then a
/// separable convolution, or a 1x1 one on the map of one pixel (reference code
/// `cvnets/modules/ssd.py`).
///
/// - Input: `[n, h, w, channels]`; output: `[n, h, w, anchors · (4 + classes + 1)]`.
struct SSDHead: Module {
  private let projection: SSDLayer?
  private let prediction: any Module

  init(_ scope: Scope, from channels: Int, _ level: SSD.Level, classes: Int) {
    let place = scope / "loc_cls_layer"
    let outputs = level.anchorsPerCell * (4 + classes + 1)
    guard level.stride != nil else {
      projection = nil
      prediction = SSDLayer(
        place, from: channels, to: outputs, hasBias: true, isNormalized: false, isActivated: false)
      return
    }
    projection =
      channels == level.width
      ? nil : SSDLayer(scope / "proj_layer", from: channels, to: level.width)
    prediction = SeparableConv2D(place, from: level.width, to: outputs, predicts: true)
  }

  func callAsFunction(_ x: Tensor) -> Tensor { prediction(projection?(x) ?? x) }
}

/// A 3x3 depthwise convolution with batch norm, and a 1x1 convolution with batch norm and ReLU, or
/// one that predicts, with a bias and neither.
///
/// - Input: `[n, h, w, in]`; output: `[n, ⌈h / stride⌉, ⌈w / stride⌉, out]`.
struct SeparableConv2D: Module {
  private let depthwise, pointwise: SSDLayer

  init(
    _ scope: Scope, from inputs: Int, to outputs: Int, stride: Int = 1, predicts: Bool = false
  ) {
    depthwise = SSDLayer(
      scope / "dw_conv", from: inputs, to: inputs, kernelSize: 3, stride: stride, groups: inputs,
      isActivated: false)
    pointwise = SSDLayer(
      scope / "pw_conv", from: inputs, to: outputs, hasBias: predicts, isNormalized: !predicts,
      isActivated: !predicts)
  }

  func callAsFunction(_ x: Tensor) -> Tensor { pointwise(depthwise(x)) }
}

/// The mean over a map, mapped linearly, and ReLU. Its convolution is the element `1` of a sequence.
///
/// - Input: `[n, h, w, in]`; output: `[n, 1, 1, out]`.
struct PooledLayer: Module {
  private let layer: SSDLayer

  init(_ scope: Scope, from inputs: Int, to outputs: Int) {
    layer = SSDLayer(scope / 1, from: inputs, to: outputs, isNormalized: false)
  }

  func callAsFunction(_ x: Tensor) -> Tensor { layer(x.spatialMean().asMap) }
}

/// A convolution of SSD as cvnets names it, `block.conv` and `block.norm`; its values begin evenly
/// distributed by Xavier's rule.
///
/// - Input: `[n, h, w, in]`; output: `[n, ⌈h / stride⌉, ⌈w / stride⌉, out]`.
struct SSDLayer: Module {
  private let convolution: Conv2D
  private let norm: BatchNorm?
  private let isActivated: Bool

  init(
    _ scope: Scope, from inputs: Int, to outputs: Int, kernelSize: Int = 1, stride: Int = 1,
    groups: Int = 1, hasBias: Bool = false, isNormalized: Bool = true, isActivated: Bool = true
  ) {
    let taps = kernelSize * kernelSize
    convolution = Conv2D(
      scope / "block" / "conv", from: inputs, to: outputs, kernelSize: kernelSize, stride: stride,
      padding: kernelSize / 2, groups: groups, hasBias: hasBias,
      initializer: .xavier(fanIn: inputs / groups * taps, fanOut: outputs * taps))
    norm = isNormalized ? BatchNorm(scope / "block" / "norm", channels: outputs) : nil
    self.isActivated = isActivated
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    let y = convolution(x)
    let normalized = norm?(y) ?? y
    return isActivated ? relu(normalized) : normalized
  }
}

extension Initializer {
  /// Xavier's uniform distribution: ±√(6 / (fan-in + fan-out)); fan-out counts the outputs of all
  /// groups, as PyTorch's does.
  fileprivate static func xavier(fanIn: Int, fanOut: Int) -> Initializer {
    .uniform(bound: (6 / Double(fanIn + fanOut)).squareRoot())
  }
}
