import EdgeGraph
import EdgeNN

/// EdgeNeXt (arXiv:2206.10589; reference code `mmaaz60/EdgeNeXt`, `models/edgenext.py` and
/// `models/edgenext_bn_hs.py`).
///
/// Sides of images are at least 32; rows and columns that don't fill a cell of 4, 8, 16 and 32 pixels
/// are dropped. The features are `stage1` to `stage4`.
public struct EdgeNeXt: Network {
  /// What distinguishes the published networks.
  public struct Configuration: Hashable, Sendable {
    public var depths: [Int]
    public var channels: [Int]
    public var heads: Int
    /// Batch norm and hardswish in place of layer norm and GELU (`_bn_hs`).
    public var usesBatchNorm: Bool
    public var kernelSizes = [3, 5, 7, 9]
    public var scales = [2, 2, 3, 4]

    public init(depths: [Int], channels: [Int], heads: Int, usesBatchNorm: Bool = false) {
      self.depths = depths
      self.channels = channels
      self.heads = heads
      self.usesBatchNorm = usesBatchNorm
    }
  }

  private let network: any Network

  public init(_ scope: Scope, configuration: Configuration, options: NetworkConfiguration) {
    network = configuration.network(scope, options: options)
  }

  public func callAsFunction(_ x: Tensor) -> NetworkOutputs { network(x) }
}

extension EdgeNeXt.Configuration: BackboneArchitecture {
  /// Where a step is left out, the depthwise kernels of the stages after it are dilated.
  func backbone(
    _ scope: Scope, options: NetworkConfiguration, outputStride: OutputStride
  ) -> Backbone {
    let rates = options.dropPathRates(blocks: depths)
    let parts = channels.indices.map { stage in
      let stride = 4 << stage
      let downsampling = Downsampling(
        scope / "downsample_layers" / stage, from: stage == 0 ? 3 : channels[stage - 1],
        to: channels[stage], stride: stride, outputStride: outputStride,
        usesBatchNorm: usesBatchNorm)
      let encoders = blocks(
        scope / "stages" / stage, stage: stage, rates: rates[stage],
        layerScale: options.layerScale ?? MLP.layerScale,
        dilation: outputStride.dilation(at: stride))
      return Backbone.Part(
        name: "stage\(stage + 1)", channels: channels[stage], stride: stride,
        modules: [downsampling] + encoders)
    }
    return Backbone(parts, outputStride: outputStride)
  }

  /// Convolution encoders, and one SDTA encoder at the end of every stage but the first.
  ///
  /// - Parameter rates: of stochastic depth, one for each block.
  private func blocks(
    _ scope: Scope, stage: Int, rates: [Double], layerScale: Double, dilation: Int
  ) -> [any Module] {
    rates.enumerated().map { block, rate in
      if stage > 0 && block == rates.count - 1 {
        return SDTAEncoder(scope / block, stage: stage, self, dropPath: rate, dilation: dilation)
      }
      return ConvEncoder(
        scope / block, stage: stage, self, dropPath: rate, layerScale: layerScale,
        dilation: dilation)
    }
  }

  func head(_ scope: Scope, options: NetworkConfiguration) -> ClassificationHead {
    let norm = Norm(scope / "norm", channels: channels[3], usesBatchNorm: usesBatchNorm)
    // The batch-norm networks normalize before the mean is taken, the others after it.
    return ClassificationHead(
      before: usesBatchNorm ? norm : nil, after: usesBatchNorm ? nil : norm,
      dropout: DropElements(scope / "head_dropout", rate: options.dropoutRate),
      linear: Linear(scope / "head", from: channels[3], to: options.classes))
  }
}

extension EdgeNeXt.Configuration {
  public static let xxSmall = Self(depths: [2, 2, 6, 2], channels: [24, 48, 88, 168], heads: 4)
  public static let xSmall = Self(depths: [3, 3, 9, 3], channels: [32, 64, 100, 192], heads: 4)
  public static let small = Self(depths: [3, 3, 9, 3], channels: [48, 96, 160, 304], heads: 8)
  public static let base = Self(depths: [3, 3, 9, 3], channels: [80, 160, 288, 584], heads: 8)

  /// The variant with batch norm and hardswish.
  public var withBatchNorm: Self {
    var copy = self
    copy.usesBatchNorm = true
    return copy
  }
}

extension EdgeNeXt.Configuration {
  /// The configuration of a checkpoint, read off its names and shapes; nil where it holds no
  /// EdgeNeXt.
  ///
  /// - Parameter prefix: of the network's names.
  init?(of source: any ParameterSource, below prefix: String = "") {
    let names = Set(source.names ?? [])
    let channels = (0..<4).compactMap { stage in
      source.shape(of: "\(prefix)downsample_layers.\(stage).\(stage == 0 ? 0 : 1).weight")?
        .dimensions.first
    }
    let depths = (0..<4).map { stage in
      (0..<64).prefix { names.contains("\(prefix)stages.\(stage).\($0).gamma") }.count
    }
    guard
      channels.count == 4, depths.allSatisfy({ $0 > 0 }),
      let heads = source.shape(of: "\(prefix)stages.1.\(depths[1] - 1).xca.temperature")?
        .dimensions.first
    else { return nil }
    self.init(
      depths: depths, channels: channels, heads: heads,
      usesBatchNorm: names.contains { name in
        name.hasPrefix("\(prefix)stages.") && name.hasSuffix(".running_mean")
      })
  }
}
