import EdgeGraph
import EdgeNN

/// EdgeNeXt (arXiv:2206.10589; reference code `mmaaz60/EdgeNeXt`, `models/edgenext.py` and
/// `models/edgenext_bn_hs.py`).
public struct EdgeNeXt: ClassificationNetwork {
  /// What distinguishes the published networks.
  public struct Configuration: NetworkArchitecture {
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

  private let downsampling: [Downsampling]
  private let stages: [[any Module]]
  private let norm: Norm
  private let dropout: DropElements
  private let head: Linear

  public init(_ scope: Scope, configuration: Configuration, options: NetworkConfiguration) {
    let channels = configuration.channels
    let usesBatchNorm = configuration.usesBatchNorm
    downsampling = channels.indices.map { stage in
      Downsampling(
        scope / "downsample_layers" / stage, from: stage == 0 ? 3 : channels[stage - 1],
        to: channels[stage], isStem: stage == 0, usesBatchNorm: usesBatchNorm)
    }
    let rates = options.dropPathRates(blocks: configuration.depths)
    stages = channels.indices.map { stage in
      Self.blocks(
        scope / "stages" / stage, stage: stage, configuration, rates: rates[stage],
        layerScale: options.layerScale ?? MLP.layerScale)
    }
    norm = Norm(scope / "norm", channels: channels[3], usesBatchNorm: usesBatchNorm)
    dropout = DropElements(scope / "head_dropout", rate: options.dropoutRate)
    head = Linear(scope / "head", from: channels[3], to: options.classes)
  }

  /// Convolution encoders, and one SDTA encoder at the end of every stage but the first.
  ///
  /// - Parameter rates: of stochastic depth, one for each block.
  private static func blocks(
    _ scope: Scope, stage: Int, _ configuration: Configuration, rates: [Double],
    layerScale: Double
  ) -> [any Module] {
    rates.enumerated().map { block, rate in
      if stage > 0 && block == rates.count - 1 {
        return SDTAEncoder(scope / block, stage: stage, configuration, dropPath: rate)
      }
      return ConvEncoder(
        scope / block, stage: stage, configuration, dropPath: rate, layerScale: layerScale)
    }
  }

  /// - Parameter x: normalized images, `[n, h, w, 3]`, each side at least 32; rows and columns that
  ///   don't fill a cell of 4, 8, 16 and 32 pixels are dropped.
  /// - Returns: logits `[n, classes]` and the outputs of the four stages, with strides 4, 8, 16, 32.
  public func callAsFunction(_ x: Tensor) -> (logits: Tensor, features: [Graph.Output]) {
    var x = x
    var features: [Graph.Output] = []
    for (downsample, blocks) in zip(downsampling, stages) {
      x = downsample(x)
      for block in blocks { x = block(x) }
      features.append(Graph.Output("stage\(features.count + 1)", x))
    }
    // The batch-norm networks normalize before the pool, the others after it.
    let pooled = norm.isBatchNorm ? norm(x).spatialMean() : norm(x.spatialMean())
    return (head(dropout(pooled)), features)
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
  func network(
    _ scope: Scope, options: NetworkConfiguration
  ) -> any ClassificationNetwork {
    EdgeNeXt(scope, configuration: self, options: options)
  }

  /// The configuration of a checkpoint, read off its names and shapes; nil where it holds no
  /// EdgeNeXt.
  init?(of source: any ParameterSource) {
    let names = Set(source.names ?? [])
    let channels = (0..<4).compactMap { stage in
      source.shape(of: "downsample_layers.\(stage).\(stage == 0 ? 0 : 1).weight")?.dimensions.first
    }
    let depths = (0..<4).map { stage in
      (0..<64).prefix { names.contains("stages.\(stage).\($0).gamma") }.count
    }
    guard
      channels.count == 4, depths.allSatisfy({ $0 > 0 }),
      let heads = source.shape(of: "stages.1.\(depths[1] - 1).xca.temperature")?.dimensions.first
    else { return nil }
    self.init(
      depths: depths, channels: channels, heads: heads,
      usesBatchNorm: names.contains { $0.hasSuffix(".running_mean") })
  }
}
