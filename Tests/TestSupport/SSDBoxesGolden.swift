import FoundationEssentials

/// Anchors, matches and detections of the official SSD code; see Tests/Goldens/README.md.
public struct SSDBoxesGolden: Decodable, Sendable {
  public struct Anchors: Decodable, Sendable {
    public let count: Int
    public let perLevel: [Int]
    /// The sides of the small and the large square of each level.
    public let sizes: [[Double]]
    public let first8, last8: [[Double]]
    public let checksum: Double
  }

  public struct Detections: Decodable, Sendable {
    public let scoreThreshold: Double
    public let count: Int
    /// Classes are counted from 1.
    public let labels: [Int]
    public let scores: [Double]
    /// Left, top, right, bottom.
    public let boxes: [[Double]]
  }

  public struct LossCase: Decodable, Sendable {
    public let gtBoxesCorner: [[Double]]
    public let gtLabels: [Int]
    public let positiveAnchors, positiveLabels: [Int]
    public let positiveTargets: [[Double]]
    /// The sum of the indices of those that were chosen as background.
    public let negativeAnchorsSum: Int
    public let selected: Int
    public let classLossSum, boxLossSum, loss: Double
  }

  public let inputShape: [Int]
  public let anchors: Anchors
  /// Of the first four anchors.
  public let locationsFirst16, decodedFirst16: [Double]
  public let detections, detectionsHigherThreshold: Detections
  public let lossCase: LossCase

  public init() throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let file = Repository.golden("detection/ssd_edgeformer_s_boxes.json")
    self = try decoder.decode(Self.self, from: Data(contentsOf: file))
  }
}
