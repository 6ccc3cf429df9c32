import EdgeBoxes
import EdgeGraph
import EdgeNN

/// Single-shot detection (arXiv:1512.02325) with separable convolutions, as cvnets builds it
/// (reference code `hkzhang-git/ParC-Net`, `cvnets/models/detection/ssd.py`): every cell of six
/// feature maps predicts classes and places of some boxes. Two of the maps are a backbone's, of
/// strides 16 and 32, the others are made of the last one.
struct SSD: Network {
  struct Architecture: NetworkArchitecture {
    let base: any BackboneArchitecture

    func network(_ scope: Scope, options: NetworkConfiguration) -> any Network {
      let backbone = base.backbone(
        scope / NetworkHead.encoder, options: options, outputStride: .thirtyTwo)
      return SSD(scope, backbone: backbone, classes: options.classes)
    }
  }

  /// A feature map that boxes are predicted on.
  struct Level: Hashable {
    /// How many times smaller than the image; nil for the mean over the whole map.
    let stride: Int?
    /// Channels that its predictions are made of.
    let width: Int
    let aspectRatios: [Double]

    /// The name of the layer that makes it.
    var name: String { "os_\(stride ?? -1)" }
    var anchorsPerCell: Int { AnchorGrid.anchorsPerCell(aspectRatios: aspectRatios) }
  }

  static let levels = [
    Level(stride: 16, width: 512, aspectRatios: [2, 3]),
    Level(stride: 32, width: 256, aspectRatios: [2, 3]),
    Level(stride: 64, width: 256, aspectRatios: [2, 3]),
    Level(stride: 128, width: 128, aspectRatios: [2, 3]),
    Level(stride: 256, width: 128, aspectRatios: [2, 3]),
    Level(stride: nil, width: 64, aspectRatios: [2]),
  ]

  private let backbone: Backbone
  /// Of the levels that the backbone doesn't have, each made of the one before it.
  private let extras: [(name: String, module: any Module)]
  private let heads: [SSDHead]
  /// Of an anchor: a place, and the scores of the classes and the background.
  private let widths: [Int]

  private init(_ scope: Scope, backbone: Backbone, classes: Int) {
    self.backbone = backbone
    widths = [4, classes + 1]
    var channels = backbone.stages.suffix(2).map(\.channels)
    var extras: [(name: String, module: any Module)] = []
    for level in Self.levels.dropFirst(2) {
      let place = scope / "extra_layers" / level.name
      extras.append((place.path, Self.extra(place, from: channels.last ?? 0, level)))
      channels.append(level.width)
    }
    self.extras = extras
    heads = zip(Self.levels, channels).enumerated().map { index, pair in
      SSDHead(scope / "ssd_heads" / index, from: pair.1, pair.0, classes: classes)
    }
  }

  private static func extra(_ scope: Scope, from channels: Int, _ level: Level) -> any Module {
    if level.stride == nil { return PooledLayer(scope, from: channels, to: level.width) }
    return SeparableConv2D(scope, from: channels, to: level.width, stride: 2)
  }

  /// - Returns: `confidences` and `locations`, level by level, row by row, cell by cell; the features
  ///   of the backbone, and those made of them under the names of their layers.
  func callAsFunction(_ x: Tensor) -> NetworkOutputs {
    var features = backbone(x)
    var maps = backbone.stages.suffix(2).map { features[$0.index].tensor }
    for (name, module) in extras {
      let map = module(maps[maps.count - 1])
      maps.append(map)
      features.append(Graph.Output(name, map))
    }
    let predictions = predictions(of: maps, batch: x.shape.dimensions.first ?? 1)
    let parts = predictions.split(widths: widths)
    return NetworkOutputs(
      results: [Graph.Output("confidences", parts[1]), Graph.Output("locations", parts[0])],
      features: features)
  }

  /// `[n, anchors, 4 + classes + 1]`. A cell's anchors lie in its channels one after another, so
  /// putting the levels' images side by side as vectors puts the anchors in order.
  private func predictions(of maps: [Tensor], batch: Int) -> Tensor {
    let vectors = zip(heads, maps).map { head, map in
      let prediction = head(map)
      return Tensor(Reshape([batch, prediction.shape.count / max(batch, 1)]), [prediction])
    }
    let width = widths.reduce(0, +)
    let all = Tensor.concatenate(vectors)
    return Tensor(Reshape([batch, all.shape.count / max(batch, 1) / width, width]), [all])
  }
}

extension SSD {
  /// The anchors of an image's size, in the order of the predictions.
  ///
  /// - Parameter dropsPartialCells: see ``ModelFamily/dropsPartialCells``.
  static func anchors(height: Int, width: Int, dropsPartialCells: Bool) -> AnchorGrid {
    func extents(of side: Int) -> [Int] {
      var extents: [Int] = []
      for level in levels {
        switch level.stride {
        case nil: extents.append(1)
        case let stride? where stride <= 32:
          extents.append(dropsPartialCells ? side / stride : (side + stride - 1) / stride)
        // A 3x3 convolution with padding.
        default: extents.append(((extents.last ?? 1) + 1) / 2)
        }
      }
      return extents
    }
    let (heights, widths) = (extents(of: height), extents(of: width))
    return AnchorGrid(
      levels: levels.indices.map { index in
        AnchorGrid.Level(
          height: heights[index], width: widths[index], aspectRatios: levels[index].aspectRatios)
      })
  }

  /// The number of classes of the first level's head, by the rows of its weight; nil where they are
  /// those of no head.
  static func classes(rows: Int) -> Int? {
    let anchors = levels[0].anchorsPerCell
    let classes = rows / anchors - 5
    return rows % anchors == 0 && classes > 0 ? classes : nil
  }
}
