extension TrainingOption {
  /// What the option takes, in words: `a number above 0, or none`.
  public var expectation: String {
    let value =
      switch kind {
      case .flag: "true or false"
      case .integer(let range):
        range.upperBound == .max
          ? "a whole number of at least \(range.lowerBound)"
          : "a whole number from \(range.lowerBound) to \(range.upperBound)"
      case .number(let range): "a number \(range)"
      case .text(let placeholder): "text (\(placeholder))"
      case .choice(let names): "one of " + names.joined(separator: ", ")
      case .numbers(let count, let range): "\(count) numbers, each \(range), as in A,B"
      case .texts: "texts, as in A,B"
      }
    return isOptional ? value + ", or none" : value
  }

  /// The value that a text on the command line stands for, or nil where it stands for none that the
  /// option takes.
  public func value(_ text: String) -> OptionValue? {
    if isOptional && (text == "none" || text.isEmpty) { return OptionValue.none }
    let value: OptionValue? =
      switch kind {
      case .flag: Self.flag(text).map { .flag($0) }
      case .integer: Int(text).map { .integer($0) }
      case .number: Self.number(text).map { .number($0) }
      case .text: text.isEmpty ? nil : .text(text)
      case .choice: .text(text)
      case .numbers:
        Self.list(text).map { element($0) ?? .text($0) }.asList
      case .texts: Self.list(text).map { .text($0) }.asList
      }
    var trial = TrainingRecipe()
    return value.flatMap { set($0, in: &trial) ? $0 : nil }
  }

  /// Whether any text is a value.
  var takesText: Bool { if case .text = kind { true } else { false } }

  /// Whether any list of texts is a value.
  var takesTexts: Bool { if case .texts = kind { true } else { false } }

  /// An element of the option's list, or nil where the text is none or the option takes no list.
  func element(_ text: String) -> OptionValue? {
    switch kind {
    case .numbers: Self.number(text).map { .number($0) }
    case .texts: .text(text)
    default: nil
    }
  }

  /// Spelled as YAML 1.1 does.
  private static func flag(_ text: String) -> Bool? {
    switch text {
    case "true", "yes", "on": true
    case "false", "no", "off": false
    default: nil
    }
  }

  /// A decimal number; `Double` would also take hexadecimal digits, `nan` and `inf`.
  private static func number(_ text: String) -> Double? {
    text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) } ? Double(text) : nil
  }

  private static func list(_ text: String) -> [String] {
    if text == "none" || text.isEmpty { return [] }
    return text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
  }
}

extension [OptionValue] {
  fileprivate var asList: OptionValue { .list(self) }
}
