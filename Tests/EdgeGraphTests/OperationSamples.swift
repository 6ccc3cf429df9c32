import EdgeGraph
import Testing

/// One use of an operation that its shape rule accepts, and for every attribute a copy that differs
/// in this attribute alone.
struct OperationSample: Sendable {
  let operation: any Operation
  let inputs: [Shape]
  var variants: [any Operation] = []
  /// The inputs with a derivative; nil for all of them.
  var differentiable: Set<Int>?

  var name: String { type(of: operation).name }

  /// Every operation of EdgeGraph.
  static let all =
    [
      OperationSample(
        operation: Activation(.gelu), inputs: [[2, 3]], variants: [Activation(.silu)]),
      OperationSample(operation: Add(), inputs: [[2, 3, 4], [3, 4]]),
      OperationSample(operation: ArgMax(), inputs: [[2, 3, 4]]),
      OperationSample(operation: Multiply(), inputs: [[2, 3, 4], [4]]),
      OperationSample(
        operation: BatchNormalization(epsilon: 1e-5), inputs: [[2, 3, 4], [4], [4], [4], [4]],
        variants: [BatchNormalization(epsilon: 1e-6)]),
      OperationSample(
        operation: BatchNormScale(epsilon: 1e-5), inputs: [[4], [4]],
        variants: [BatchNormScale(epsilon: 1e-6)]),
      OperationSample(
        operation: BatchNormShift(epsilon: 1e-5), inputs: [[4], [4], [4], [4]],
        variants: [BatchNormShift(epsilon: 1e-6)]),
      OperationSample(operation: Concatenate(), inputs: [[2, 3], [2, 1], [2, 4]]),
      OperationSample(
        operation: Convolution(stride: 2, padding: 1, groups: 2, hasBias: true),
        inputs: [[2, 5, 6, 4], [6, 2, 3, 2], [6]],
        variants: [
          Convolution(stride: 1, padding: 1, groups: 2, hasBias: true),
          Convolution(stride: 2, padding: 0, endPadding: 1, groups: 2, hasBias: true),
          Convolution(stride: 2, padding: 1, endPadding: 0, groups: 2, hasBias: true),
          Convolution(stride: 2, padding: 1, groups: 2, dilation: 2, hasBias: true),
          Convolution(stride: 2, padding: 1, groups: 4, hasBias: true),
          Convolution(stride: 2, padding: 1, groups: 2, hasBias: false),
        ]),
      OperationSample(
        operation: CrossCovarianceAttention(heads: 2), inputs: [[2, 3, 5, 12], [2, 1, 1]],
        variants: [CrossCovarianceAttention(heads: 1)]),
      OperationSample(
        operation: Dropout(rate: 0.1), inputs: [[2, 3]],
        variants: [Dropout(rate: 0.2), Dropout(rate: 0.1, of: .channel)]),
      OperationSample(
        operation: FourierPositions(height: 2, width: 3, channels: 4, temperature: 100), inputs: [],
        variants: [
          FourierPositions(height: 3, width: 3, channels: 4, temperature: 100),
          FourierPositions(height: 2, width: 2, channels: 4, temperature: 100),
          FourierPositions(height: 2, width: 3, channels: 6, temperature: 100),
          FourierPositions(height: 2, width: 3, channels: 4, temperature: 1000),
        ]),
      OperationSample(
        operation: Embed(at: 1, width: 5), inputs: [[2, 3]],
        variants: [Embed(at: 2, width: 5), Embed(at: 1, width: 6)]),
      OperationSample(
        operation: LayerNormalization(epsilon: 1e-6), inputs: [[2, 3, 4], [4], [4]],
        variants: [LayerNormalization(epsilon: 1e-5)]),
      OperationSample(
        operation: LinearMap(hasBias: true), inputs: [[2, 3, 4], [5, 4], [5]],
        variants: [LinearMap(hasBias: false), LinearMap(hasBias: true, isInterpolation: true)]),
      OperationSample(
        operation: LinearMapInputGradient(), inputs: [[2, 3, 5], [5, 4]]),
      OperationSample(
        operation: LinearMapWeightGradient(), inputs: [[2, 3, 5], [2, 3, 4]]),
      OperationSample(
        operation: MaxPool(kernelSize: 3, stride: 2, padding: 1), inputs: [[2, 5, 6, 3]],
        variants: [
          MaxPool(kernelSize: 2, stride: 2, padding: 1),
          MaxPool(kernelSize: 3, stride: 1, padding: 1),
          MaxPool(kernelSize: 3, stride: 2, padding: 0),
        ]),
      OperationSample(
        operation: Part(offset: 2, shape: [2, 3]), inputs: [[9]],
        variants: [Part(offset: 1, shape: [2, 3]), Part(offset: 2, shape: [3, 2])]),
      OperationSample(
        operation: Pad(width: 1), inputs: [[2, 3, 4, 5]],
        variants: [Pad(start: 2, end: 1), Pad(start: 1, end: 2)]),
      OperationSample(
        operation: Repeat(to: [2, 3, 4]), inputs: [[3, 1]], variants: [Repeat(to: [3, 3, 4])]),
      OperationSample(
        operation: Reshape([6, 2]), inputs: [[3, 4]], variants: [Reshape([2, 6])]),
      OperationSample(operation: Scale(by: 0.5), inputs: [[2, 3]], variants: [Scale(by: 0.25)]),
      OperationSample(
        operation: ScaleAxis(axis: 1), inputs: [[2, 3, 4], [3]], variants: [ScaleAxis(axis: 0)]),
      OperationSample(operation: ScaleShift(), inputs: [[2, 3, 4], [4], [4]]),
      OperationSample(
        operation: Slice(1..<3), inputs: [[2, 4]], variants: [Slice(0..<3), Slice(1..<4)]),
      OperationSample(operation: Softmax(), inputs: [[2, 3, 4]]),
      OperationSample(operation: SpatialMean(), inputs: [[2, 3, 4, 5]]),
      OperationSample(
        operation: StochasticDepth(rate: 0.1), inputs: [[2, 3]],
        variants: [StochasticDepth(rate: 0.2)]),
      OperationSample(
        operation: Sum(to: [3, 1]), inputs: [[2, 3, 4]], variants: [Sum(to: [4])]),
    ] + losses + denseLosses + gradients + attentions + circular

  private static let circular = [
    OperationSample(
      operation: CircularConvolution(along: .height, groups: 4, hasBias: true),
      inputs: [[2, 5, 3, 4], [4, 1, 4, 1], [4]],
      variants: [
        CircularConvolution(along: .width, groups: 4, hasBias: true),
        CircularConvolution(along: .height, groups: 1, hasBias: true),
        CircularConvolution(along: .height, groups: 4, hasBias: false),
      ]),
    OperationSample(
      operation: CircularConvolutionInputGradient(along: .width, groups: 1),
      inputs: [[2, 3, 5, 2], [2, 3, 1, 4]],
      variants: [
        CircularConvolutionInputGradient(along: .height, groups: 1),
        CircularConvolutionInputGradient(along: .width, groups: 2),
      ]),
    OperationSample(
      operation: CircularConvolutionWeightGradient(along: .width, groups: 1, taps: 4),
      inputs: [[2, 3, 5, 2], [2, 3, 5, 3]],
      variants: [
        CircularConvolutionWeightGradient(along: .height, groups: 1, taps: 4),
        CircularConvolutionWeightGradient(along: .width, groups: 2, taps: 4),
        CircularConvolutionWeightGradient(along: .width, groups: 1, taps: 3),
      ]),
    OperationSample(
      operation: LinearResampling(from: 3, to: 5), inputs: [],
      variants: [LinearResampling(from: 4, to: 5), LinearResampling(from: 3, to: 4)]),
  ]

  private static let losses = [
    OperationSample(
      operation: BinaryCrossEntropy(), inputs: [[3, 4], [3, 4]], differentiable: [0]),
    OperationSample(operation: BinaryCrossEntropyGradient(), inputs: [[3], [3, 4], [3, 4]]),
    OperationSample(operation: CrossEntropy(), inputs: [[3, 4], [3, 4]], differentiable: [0]),
    OperationSample(operation: CrossEntropyGradient(), inputs: [[3], [3, 4], [3, 4]]),
    OperationSample(
      operation: DistillationDivergence(temperature: 2), inputs: [[3, 4], [3, 4]],
      variants: [DistillationDivergence(temperature: 3)], differentiable: [0]),
    OperationSample(
      operation: DistillationDivergenceGradient(temperature: 2), inputs: [[3], [3, 4], [3, 4]],
      variants: [DistillationDivergenceGradient(temperature: 3)]),
    OperationSample(
      operation: RandomMask(shape: [2, 3], rate: 0.5, path: "a"), inputs: [[4]],
      variants: [
        RandomMask(shape: [3, 2], rate: 0.5, path: "a"),
        RandomMask(shape: [2, 3], rate: 0.25, path: "a"),
        RandomMask(shape: [2, 3], rate: 0.5, path: "b"),
      ]),
  ]

  /// The losses of detection and segmentation.
  private static let denseLosses = [
    OperationSample(
      operation: IndexedCrossEntropy(), inputs: [[2, 3, 4], [2, 3]], differentiable: [0]),
    OperationSample(
      operation: IndexedCrossEntropyGradient(), inputs: [[2, 3], [2, 3, 4], [2, 3]]),
    OperationSample(
      operation: MinedLabels(ratio: 3), inputs: [[2, 5, 4], [2, 5]],
      variants: [MinedLabels(ratio: 2)], differentiable: [0]),
    OperationSample(
      operation: SmoothL1(), inputs: [[2, 3, 4], [2, 3, 4], [2, 3]], differentiable: [0]),
    OperationSample(
      operation: SmoothL1Gradient(), inputs: [[2, 3], [2, 3, 4], [2, 3, 4], [2, 3]]),
  ]

  /// Attention among tokens, what makes images larger and smaller, and their derivatives.
  private static let attentions = [
    OperationSample(
      operation: SoftmaxAttention(heads: 2, patch: 2), inputs: [[2, 2, 4, 12]],
      variants: [SoftmaxAttention(heads: 1, patch: 2), SoftmaxAttention(heads: 2)]),
    OperationSample(
      operation: SoftmaxAttentionGradient(heads: 2, patch: 2),
      inputs: [[2, 2, 4, 4], [2, 2, 4, 12]],
      variants: [
        SoftmaxAttentionGradient(heads: 1, patch: 2), SoftmaxAttentionGradient(heads: 2),
      ]),
    OperationSample(
      operation: Subsample(stride: 2), inputs: [[2, 5, 4, 3]], variants: [Subsample(stride: 3)]),
    OperationSample(
      operation: SubsampleGradient(stride: 2, height: 5, width: 4), inputs: [[2, 3, 2, 3]],
      variants: [
        SubsampleGradient(stride: 3, height: 5, width: 4),
        SubsampleGradient(stride: 2, height: 6, width: 4),
        SubsampleGradient(stride: 2, height: 5, width: 3),
      ]),
    OperationSample(
      operation: DepthwiseTransposedConvolution(stride: 2),
      inputs: [[2, 3, 4, 5], [5, 1, 2, 2], [5]],
      variants: [DepthwiseTransposedConvolution(stride: 3)]),
    OperationSample(
      operation: BilinearResize(height: 4, width: 3), inputs: [[2, 3, 5, 2]],
      variants: [BilinearResize(height: 5, width: 3), BilinearResize(height: 4, width: 2)]),
    OperationSample(
      operation: BilinearResizeGradient(height: 3, width: 5), inputs: [[2, 4, 3, 2]],
      variants: [
        BilinearResizeGradient(height: 2, width: 5), BilinearResizeGradient(height: 3, width: 4),
      ]),
  ]

  /// Operations that serve as derivatives of others, and those of training alone.
  private static let gradients = [
    OperationSample(
      operation: ActivationGradient(.gelu), inputs: [[2, 3], [2, 3]],
      variants: [ActivationGradient(.silu)]),
    // The derivative for x is that through the statistics: BatchNormalizationTrainingTests.
    OperationSample(
      operation: BatchNormalizationTraining(epsilon: 1e-5),
      inputs: [[2, 3, 4], [4], [4], [2, 4]],
      variants: [BatchNormalizationTraining(epsilon: 1e-6)], differentiable: [1, 2]),
    OperationSample(
      operation: BatchNormalizationTrainingGradient(epsilon: 1e-5),
      inputs: [[2, 3, 4], [2, 3, 4], [4], [2, 4]],
      variants: [BatchNormalizationTrainingGradient(epsilon: 1e-6)]),
    OperationSample(operation: BatchStatistics(), inputs: [[2, 3, 4]]),
    OperationSample(
      operation: CrossCovarianceAttentionGradient(heads: 2),
      inputs: [[2, 3, 5, 4], [2, 3, 5, 12], [2, 1, 1]],
      variants: [CrossCovarianceAttentionGradient(heads: 1)]),
    OperationSample(
      operation: LayerNormalizationGradient(epsilon: 1e-6), inputs: [[2, 3, 4], [2, 3, 4], [4]],
      variants: [LayerNormalizationGradient(epsilon: 1e-5)]),
    OperationSample(
      operation: MaxPoolGradient(of: MaxPool(kernelSize: 3, stride: 2, padding: 1)),
      inputs: [[2, 3, 3, 4], [2, 5, 6, 4]],
      variants: [MaxPoolGradient(of: MaxPool(kernelSize: 3, stride: 2, padding: 0))]),
    OperationSample(
      operation: RunningAverage(momentum: 0.1, row: 1, correction: 1.5), inputs: [[4], [2, 4]],
      variants: [
        RunningAverage(momentum: 0.2, row: 1, correction: 1.5),
        RunningAverage(momentum: 0.1, row: 0, correction: 1.5),
        RunningAverage(momentum: 0.1, row: 1, correction: 1.25),
      ]),
    OperationSample(
      operation: SpatialMeanGradient(height: 3, width: 4), inputs: [[2, 5]],
      variants: [
        SpatialMeanGradient(height: 2, width: 4), SpatialMeanGradient(height: 3, width: 5),
      ]),
    OperationSample(
      operation: ConvolutionInputGradient(stride: 2, padding: 1, groups: 2, height: 5, width: 6),
      inputs: [[2, 3, 4, 6], [6, 2, 3, 2]],
      variants: [
        ConvolutionInputGradient(stride: 1, padding: 1, groups: 2, height: 5, width: 6),
        ConvolutionInputGradient(stride: 2, padding: 1, groups: 2, height: 6, width: 6),
        ConvolutionInputGradient(stride: 2, padding: 1, groups: 2, height: 5, width: 7),
      ]),
    OperationSample(
      operation: ConvolutionWeightGradient(
        stride: 2, padding: 1, groups: 2, kernelHeight: 3, kernelWidth: 2),
      inputs: [[2, 3, 4, 6], [2, 5, 6, 4]],
      variants: [
        ConvolutionWeightGradient(
          stride: 1, padding: 1, groups: 2, kernelHeight: 3, kernelWidth: 2),
        ConvolutionWeightGradient(
          stride: 2, padding: 1, groups: 2, kernelHeight: 2, kernelWidth: 2),
        ConvolutionWeightGradient(
          stride: 2, padding: 1, groups: 2, kernelHeight: 3, kernelWidth: 3),
      ]),
  ]
}

extension OperationSample: CustomTestStringConvertible {
  var testDescription: String { name }
}
