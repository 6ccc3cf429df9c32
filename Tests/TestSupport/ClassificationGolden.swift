import EdgeGraph
import FoundationEssentials

/// Reference outputs of one classification network; see Tests/Goldens/README.md.
public struct ClassificationGolden: Decodable, Sendable {
  public struct Case: Decodable, Sendable {
    public let inputShape: [Int]
    public let logits: [[Double]]
    public let features: [Feature]
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
  public let publishedMadds: [String: Int]
  public let cases: [Case]

  public init(model: String) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let file = Repository.golden("classification/\(model).json")
    self = try decoder.decode(Self.self, from: Data(contentsOf: file))
  }
}

extension TensorData {
  /// `[n, c, h, w]` → `[n, h, w, c]`.
  public func channelsLast() -> TensorData {
    permuted([0, 2, 3, 1])
  }

  /// `[n, h, w, c]` → `[n, c, h, w]`.
  public func channelsFirst() -> TensorData {
    permuted([0, 3, 1, 2])
  }

  private func permuted(_ order: [Int]) -> TensorData {
    let values = floats()
    let strides = shape.dimensions.indices.map { shape.dimensions.dropFirst($0 + 1).reduce(1, *) }
    let target = Shape(order.map { shape[$0] })
    let steps = order.map { strides[$0] }
    var result: [Float] = []
    result.reserveCapacity(values.count)
    for a in 0..<target[0] {
      for b in 0..<target[1] {
        for c in 0..<target[2] {
          let start = a * steps[0] + b * steps[1] + c * steps[2]
          for d in 0..<target[3] { result.append(values[start + d * steps[3]]) }
        }
      }
    }
    return TensorData(result, shape: target)
  }
}
