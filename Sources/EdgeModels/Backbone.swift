import EdgeGraph
import EdgeNN

/// The part of a network that turns images into feature maps: modules that run one after another.
struct Backbone: Sendable {
  /// The modules up to a feature map that has a name.
  struct Part {
    let name: String
    let channels: Int
    /// How many times smaller than the image its map is, as published.
    let stride: Int
    let modules: [any Module]
  }

  private let parts: [Part]
  /// Where the network is about to reduce the resolution, as published, and its end; finest first.
  let stages: [BackboneStage]

  init(_ parts: [Part], outputStride: OutputStride) {
    self.parts = parts
    let ends = parts.indices.filter { index in
      index == parts.count - 1 || parts[index].stride != parts[index + 1].stride
    }
    stages = ends.map { index in
      BackboneStage(
        index: index, name: parts[index].name, channels: parts[index].channels,
        stride: min(parts[index].stride, outputStride.rawValue))
    }
  }

  /// - Parameter x: images, `[n, h, w, 3]`.
  /// - Returns: the feature maps of all parts, by their names.
  func callAsFunction(_ x: Tensor) -> [Graph.Output] {
    var x = x
    return parts.map { part in
      for module in part.modules { x = module(x) }
      return Graph.Output(part.name, x)
    }
  }
}

/// A feature map that a head may stand on.
struct BackboneStage: Hashable, Sendable {
  /// Among the maps that the backbone gives.
  let index: Int
  let name: String
  let channels: Int
  /// How many times smaller than the image it is.
  let stride: Int
}

/// How many times smaller than the image the last maps of a backbone are.
///
/// Networks are published with 32. Where maps are to stay larger, steps of 2 are left out, and the
/// kernels that come later reach as far as before by being dilated (arXiv:1706.05587). How a family
/// does it is told where it makes its backbone.
enum OutputStride: Int {
  case eight = 8
  case sixteen = 16
  case thirtyTwo = 32

  /// The stride of what leads from maps of half the published stride to maps of `published`.
  func step(to published: Int) -> Int { published > rawValue ? 1 : 2 }

  /// The dilation of kernels on maps of a published stride.
  func dilation(at published: Int) -> Int { max(published / rawValue, 1) }
}
