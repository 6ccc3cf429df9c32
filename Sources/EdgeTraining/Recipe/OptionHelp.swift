extension TrainingOption {
  /// The table of all options for the help text, by groups, in lines of at most `columns`.
  ///
  /// Programs that wrap their help at 80 columns also break a line that fills all of them, so there
  /// is room to spare.
  public static func help(columns: Int = 78) -> String {
    var lines = ["RECIPE OPTIONS (defaults: recipe edgenext; --config FILE reads a file)"]
    for group in Group.allCases {
      lines += ["", group.rawValue.uppercased()]
      for option in all where option.group == group { lines += option.help(columns: columns) }
    }
    return lines.joined(separator: "\n")
  }

  private static let indent = 26

  private func help(columns: Int) -> [String] {
    let usage = "  " + usage
    let fallback = value(in: TrainingRecipe())
    let note = fallback == .none || fallback == .list([]) ? "" : " (default: \(fallback))"
    let lines = Self.wrapped(help + note, columns: max(columns - Self.indent, 20))
    let margin = String(repeating: " ", count: Self.indent)
    guard usage.count < Self.indent, let first = lines.first else {
      return [usage] + lines.map { margin + $0 }
    }
    return [usage + String(margin.dropFirst(usage.count)) + first]
      + lines.dropFirst().map { margin + $0 }
  }

  /// `--name VALUE`.
  public var usage: String {
    switch kind {
    case .flag: "--[no-]\(name)"
    case .integer: "--\(name) N"
    case .number: "--\(name) X"
    case .text(let placeholder), .texts(let placeholder): "--\(name) \(placeholder)"
    case .choice(let names): "--\(name) \(names.joined(separator: "|"))"
    case .numbers(let count, _):
      "--\(name) " + (0..<count).map { _ in "X" }.joined(separator: ",")
    }
  }

  private static func wrapped(_ text: String, columns: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= columns {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
