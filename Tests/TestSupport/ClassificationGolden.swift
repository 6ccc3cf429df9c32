import EdgeGraph
import FoundationEssentials

/// Reference outputs of one classification network; see Tests/Goldens/README.md.
public struct ClassificationGolden: Decodable, Sendable {
  public struct Case: Decodable, Sendable {
    public let inputShape: [Int]
    public let logits: [[Double]]
    public let features: [Feature]
    /// How far the official code in float32 is from the logits.
    public let float32MaxAbsDiff: Double
  }

  public struct Feature: Decodable, Sendable {
    public let name: String
    public let shape: [Int]
    public let mean, std, checksum: Double
    public let first8: [Double]
  }

  public struct MultiplyAdds: Decodable, Sendable {
    public let total: Int
  }

  /// Name, shape and type of one entry of the official state dictionary.
  public struct Entry: Decodable, Sendable {
    public let name: String
    public let shape: [Int]

    public init(from decoder: any Decoder) throws {
      var fields = try decoder.unkeyedContainer()
      name = try fields.decode(String.self)
      shape = try fields.decode([Int].self)
    }
  }

  public let parameters: Int
  public let stateDict: [Entry]
  public let macs: [String: MultiplyAdds]
  /// Of EdgeNeXt and EdgeViT.
  public let publishedMadds: [String: Int]?
  public let cases: [Case]
  public let trainCase: TrainCase?
  public let adamwTrajectory: Trajectory?

  public init(model: String) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let file = Repository.golden("classification/\(model).json")
    self = try decoder.decode(Self.self, from: Data(contentsOf: file))
  }
}
