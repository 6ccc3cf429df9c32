/// Takes a policy's text apart.
struct PolicyParser {
  private(set) var choice = AugmentationPolicy.Choice.sequence([])
  private(set) var deviation = 0.0
  private(set) var highestLevel = 10.0

  private let text: String
  private var level = 10.0
  private var layers = 2
  private var probability = 0.5
  private var increasing = false
  private var weighted = false

  init(_ text: String) throws(AugmentationPolicyError) {
    self.text = text
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    let name = parts.first ?? ""
    guard AugmentationPolicy.names.contains(name) else {
      throw .unknownPolicy(text: text, found: name)
    }
    for part in parts.dropFirst() { try set(part, of: name) }
    if let sequences = PolicyTables.sequences(name) {
      choice = .sequence(sequences)
    } else {
      choice = try randAugment()
    }
  }

  private mutating func set(_ part: String, of name: String) throws(AugmentationPolicyError) {
    let key = String(part.prefix { !$0.isNumber })
    let value = Double(part.dropFirst(key.count))
    let allowed = name == "rand" ? ["m", "n", "mstd", "mmax", "inc", "w", "p"] : ["mstd"]
    guard allowed.contains(key) else {
      throw .unknownSetting(text: text, found: key.isEmpty ? part : key, allowed: allowed)
    }
    switch key {
    case "m": level = Double(try whole(value, part, in: 0...100))
    case "n": layers = try whole(value, part, in: 1...100)
    case "mstd":
      let found = try number(value, part, in: 0...(.greatestFiniteMagnitude))
      deviation = found > 100 ? .infinity : found
    case "mmax": highestLevel = Double(try whole(value, part, in: 1...100))
    case "inc": increasing = try whole(value, part, in: 0...1) == 1
    case "w": weighted = try whole(value, part, in: 0...0) == 0
    default: probability = try number(value, part, in: 0...1)
    }
  }

  private func randAugment() throws(AugmentationPolicyError) -> AugmentationPolicy.Choice {
    let steps =
      increasing
      ? PolicyTables.increasing(level: level, probability)
      : PolicyTables.plain(level: level, probability)
    guard weighted else { return .layers(layers, steps) }
    let possible = PolicyTables.weights.count { $0 > 0 }
    guard layers <= possible else {
      throw .badValue(
        text: text, part: "n\(layers)",
        expected: "at most \(possible), the different operations that have a weight")
    }
    return .weighted(layers, steps, weights: PolicyTables.weights)
  }

  private func whole(
    _ value: Double?, _ part: String, in range: ClosedRange<Int>
  ) throws(AugmentationPolicyError) -> Int {
    if let value, let whole = Int(exactly: value), range.contains(whole) { return whole }
    let bounds =
      range.count == 1
      ? "the number \(range.lowerBound)"
      : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    throw .badValue(text: text, part: part, expected: bounds)
  }

  private func number(
    _ value: Double?, _ part: String, in range: ClosedRange<Double>
  ) throws(AugmentationPolicyError) -> Double {
    if let value, range.contains(value) { return value }
    let bounds =
      range.upperBound == 1 ? "a number from 0 to 1" : "a number that isn't negative"
    throw .badValue(text: text, part: part, expected: bounds)
  }
}
