/// An annotation that can't be used and is left out of its data set.
public struct AnnotationDefect: Hashable, Sendable {
  /// The file with the line, or with the entry and its number: `train.json: annotations[7], id 12`.
  public var place: String
  public var reason: String

  public init(place: String, reason: String) {
    self.place = place
    self.reason = reason
  }
}

extension AnnotationDefect: CustomStringConvertible {
  public var description: String { "\(place): \(reason)" }
}

/// Why a box is no object of its picture.
struct BoxDefect: Error, Equatable {
  let reason: String
}
