/// What the networks of a family have in common.
public struct ModelFamily: Hashable, Sendable {
  public let name: String
  /// Every network of the family has one of these tensors, and no other network has. They are where
  /// a checkpoint is looked at first; below a head, the names begin with `encoder.`.
  let landmarks: [String]
  /// The map that tells classes apart, by its parameters' name without `.weight`; of detection the
  /// one of the first level.
  public let head: String
  /// The sides of images that the networks take.
  public let sizes: SizeRule
  /// Whether multiply-adds are given by the rule behind the figures of EdgeNeXt and EdgeViT, which
  /// counts norms too, or as those of products and convolutions.
  var countsNorms = false
  /// Whether maps leave out the rows and columns that don't fill a cell of their stride, or have a
  /// row and a column for them.
  var dropsPartialCells = false

  /// Which sides of images, in pixels, a network takes.
  public enum SizeRule: Hashable, Sendable {
    case atLeast(Int)
    case multiples(of: Int)

    public func allows(_ side: Int) -> Bool {
      switch self {
      case .atLeast(let least): side >= least
      case .multiples(let step): side >= step && side % step == 0
      }
    }

    var text: String {
      switch self {
      case .atLeast(let least): "at least \(least)x\(least) pixels"
      case .multiples(let step): "sides that are multiples of \(step) pixels"
      }
    }

    /// The allowed side that is nearest to another.
    func nearest(to side: Int) -> Int {
      switch self {
      case .atLeast(let least): max(side, least)
      case .multiples(let step): max((side + step / 2) / step, 1) * step
      }
    }
  }
}
