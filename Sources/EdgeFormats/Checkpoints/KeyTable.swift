/// What a dialect calls the parameters of its networks.
struct KeyTable: Sendable {
  /// The first one that fits a name counts; a name that none fits stays as it is.
  let rules: [KeyRule]
  /// Layers whose epsilon differs from the official one; told by official names that are held.
  let epsilons: [(layer: KeyRule, epsilon: Double)]

  init(rules: [KeyRule], epsilons: [(layer: KeyRule, epsilon: Double)] = []) {
    self.rules = rules
    self.epsilons = epsilons
  }
}

/// What a name begins with: parts between dots, of which `#` stands for any number.
struct KeyPattern: Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  private let expected: [Substring]

  init(stringLiteral text: String) { expected = Self.parts(text) }

  static func parts(_ name: String) -> [Substring] {
    name.split(separator: ".", omittingEmptySubsequences: false)
  }

  var count: Int { expected.count }

  /// Whether a name begins with this pattern.
  func begins(_ parts: [Substring]) -> Bool { numbers(in: parts) != nil }

  /// The numbers of a name that begins with this pattern, in order; nil for other names.
  func numbers(in parts: [Substring]) -> [Substring]? {
    guard parts.count >= expected.count else { return nil }
    var numbers: [Substring] = []
    for (part, expected) in zip(parts, expected) {
      if expected == "#" {
        guard !part.isEmpty, part.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        numbers.append(part)
      } else if part != expected {
        return nil
      }
    }
    return numbers
  }

  /// What a name begins with that has these numbers.
  func filled(with numbers: [Substring]) -> [Substring] {
    var numbers = numbers.makeIterator()
    return expected.map { $0 == "#" ? numbers.next() ?? $0 : $0 }
  }
}

/// A row of a table: what names begin with in the dialect and officially; the rest stays. Numbers
/// are in the same order on both sides.
struct KeyRule: Sendable {
  private let foreign, official: KeyPattern
  let rearrangement: Rearrangement

  init(
    _ foreign: KeyPattern, _ official: KeyPattern, _ rearrangement: Rearrangement = .none
  ) {
    self.foreign = foreign
    self.official = official
    self.rearrangement = rearrangement
  }

  func official(_ parts: [Substring]) -> String? {
    guard let numbers = foreign.numbers(in: parts) else { return nil }
    return (official.filled(with: numbers) + parts.dropFirst(foreign.count))
      .joined(separator: ".")
  }
}
