/// Why a text names no augmentation policy.
public enum AugmentationPolicyError: Error, Equatable, Sendable {
  /// The first part is none of ``AugmentationPolicy/names``.
  case unknownPolicy(text: String, found: String)
  /// A later part begins with none of the policy's settings.
  case unknownSetting(text: String, found: String, allowed: [String])
  /// A setting's value isn't `expected`.
  case badValue(text: String, part: String, expected: String)
}

extension AugmentationPolicyError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownPolicy(let text, let found):
      "augmentation '\(text)': no policy '\(found)'; expected "
        + AugmentationPolicy.names.joined(separator: ", ")
    case .unknownSetting(let text, let found, let allowed):
      "augmentation '\(text)': no setting '\(found)'; expected "
        + allowed.joined(separator: ", ") + " and a number"
    case .badValue(let text, let part, let expected):
      "augmentation '\(text)': '\(part)' should have \(expected)"
    }
  }
}
