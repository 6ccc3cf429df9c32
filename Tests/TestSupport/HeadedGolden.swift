import EdgeGraph
import FoundationEssentials

/// Reference outputs of a detector or a segmenter; see Tests/Goldens/README.md.
public struct HeadedGolden: Decodable, Sendable {
  public typealias Feature = ClassificationGolden.Feature

  public struct Case: Decodable, Sendable {
    public let inputShape: [Int]
    /// `quarter`: kernels of circular convolutions have a fourth of the rule's values.
    public let weights: String?
    public let features: [Feature]
    /// What is computed inside the head.
    public let inner: [Feature]?
    public let results: [Feature]
    public let levels: [Level]?
    public let positions: [Position]?
    /// How far the official code in float32 is from the results.
    public let float32MaxAbsDiff: Double
  }

  /// The predictions of one feature map of a detector.
  public struct Level: Decodable, Sendable {
    public let firstAnchor, anchors: Int
    public let boxes, scores: Feature
  }

  /// The scores of the first classes of one pixel.
  public struct Position: Decodable, Sendable {
    public let row, column: Int
    public let first8: [Double]
  }

  public let parameters: Int
  public let stateDict: [ClassificationGolden.Entry]
  public let macs: [String: ClassificationGolden.MultiplyAdds]
  public let cases: [Case]

  /// - Parameter path: of the file, without `.json`: `detection/ssd_edgeformer_s`.
  public init(_ path: String) throws {
    self = try Self.decoded(path)
  }

  fileprivate static func decoded<Golden: Decodable>(_ path: String) throws -> Golden {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(
      Golden.self, from: Data(contentsOf: Repository.golden("\(path).json")))
  }
}

/// Feature maps of backbones whose last steps are left out, and the auxiliary head's scores.
public struct OutputStrideGolden: Decodable, Sendable {
  public struct Case: Decodable, Sendable {
    public let model: String
    public let outputStride: Int
    public let features: [ClassificationGolden.Feature]
  }

  public let inputShape: [Int]
  public let cases: [Case]
  public let auxiliary: ClassificationGolden.Feature

  public init() throws { self = try HeadedGolden.decoded("segmentation/output_strides") }
}

/// What heads make of an image on a backbone that the other files don't have.
public struct HeadResultsGolden: Decodable, Sendable {
  public struct Case: Decodable, Sendable {
    public let model: String
    public let inputShape: [Int]
    public let results: [ClassificationGolden.Feature]
  }

  public let cases: [Case]

  public init() throws { self = try HeadedGolden.decoded("detection/heads") }
}
