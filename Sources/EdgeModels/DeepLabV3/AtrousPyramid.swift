import EdgeGraph
import EdgeNN

/// Atrous spatial pyramid pooling: a 1x1 convolution, 3x3 ones of three dilations, and the mean over
/// the map, side by side; then a 1x1 convolution of all (arXiv:1706.05587; reference code
/// `cvnets/modules/aspp_block.py`).
///
/// - Input: `[n, h, w, in]`; output: `[n, h, w, out]`.
struct AtrousPyramid: Module {
  private static let dilations = [6, 12, 18]

  private let local: [ConvNorm]
  private let global: ConvNorm
  private let project: ConvNorm
  private let dropout: DropElements

  init(_ scope: Scope, from inputs: Int, to outputs: Int, dropout rate: Double) {
    let place = scope / "convs"
    let kernels = [(1, 1)] + Self.dilations.map { (3, $0) }
    local = kernels.enumerated().map { index, kernel in
      ConvNorm(
        cvnets: place / index, from: inputs, to: outputs, kernelSize: kernel.0,
        dilation: kernel.1, activation: .relu)
    }
    global = ConvNorm(
      cvnets: place / kernels.count / "aspp_pool" / "conv_1x1", from: inputs, to: outputs,
      kernelSize: 1, activation: .relu)
    project = ConvNorm(
      cvnets: scope / "project", from: (kernels.count + 1) * outputs, to: outputs, kernelSize: 1,
      activation: .relu)
    dropout = DropElements(scope / "dropout", rate: rate)
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    dropout(project(.concatenate(branches(of: x))))
  }

  /// The maps that are put side by side, each `[n, h, w, out]`.
  func branches(of x: Tensor) -> [Tensor] {
    let maps = local.map { $0(x) }
    let mean = global(x.spatialMean().asMap)
    return maps + [Tensor(Repeat(to: maps[0].shape), [mean])]
  }
}
