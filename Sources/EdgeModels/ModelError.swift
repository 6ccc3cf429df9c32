import EdgeNN

/// Why a network can't be built or used as asked.
public enum ModelError: Error, Equatable, Sendable {
  case unknownModel(name: String, nearest: String?, known: [String])
  case unrecognizedWeights
  case inputSize(model: String, height: Int, width: Int, sizes: ModelFamily.SizeRule)
  case batchSize(found: Int)
  case tooManyPixels(batch: Int, height: Int, width: Int)
  case classCount(found: Int, limit: Int = ModelDescription.maximumClasses)
  /// The network is for something else.
  case task(model: String, expected: NetworkTask, found: NetworkTask)
  case checkpoint(model: String, CheckpointError)
}

extension ModelError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownModel(let name, let nearest, let known):
      "no model is named '\(name)'"
        + (nearest.map { "; did you mean '\($0)'?" } ?? "; known: \(known.joined(separator: ", "))")
    case .unrecognizedWeights:
      "the weights' names and shapes are those of no known model; name it with --model"
    case .inputSize(let model, let height, let width, let sizes):
      "\(model) takes images of \(sizes.text), found \(height)x\(width); "
        + "the nearest are \(sizes.nearest(to: height))x\(sizes.nearest(to: width))"
    case .batchSize(let found):
      "a batch holds at least one image, found \(found)"
    case .tooManyPixels(let batch, let height, let width):
      "\(batch) images of \(height)x\(width) are more than \(ModelDescription.maximumPixels) pixels"
    case .classCount(let found, let limit):
      "expected between 1 and \(limit) classes, found \(found)"
    case .task(let model, let expected, let found):
      "\(model) is a network for \(found.rawValue), expected one for \(expected.rawValue); "
        + "'edgevision models' lists them by task"
    case .checkpoint(let model, let error):
      "\(model): \(error)"
    }
  }
}
