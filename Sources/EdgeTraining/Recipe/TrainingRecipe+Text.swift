import EdgeFormats

extension TrainingRecipe {
  /// The effective configuration: every option that means something to the task with its value, in
  /// YAML as ``RecipeSettings`` reads it.
  public var yaml: String {
    let listed = listedOptions
    var text = ""
    for group in TrainingOption.Group.allCases {
      text += text.isEmpty ? "# \(group.rawValue)\n" : "\n# \(group.rawValue)\n"
      for option in listed where option.group == group {
        text += "\(option.name): \(Self.yaml(option.value(in: self)))\n"
      }
    }
    return text
  }

  /// The options that a configuration needs: what it leaves out is as in the named recipe.
  var listedOptions: [TrainingOption] {
    let (task, plain) = (resolvedTask, TrainingRecipe(base))
    return TrainingOption.all.filter { option in
      option.concerns(task) || option.value(in: self) != option.value(in: plain)
    }
  }

  /// JSON is YAML as well; words that mean nothing else stay without quotes.
  private static func yaml(_ value: OptionValue) -> String {
    switch value {
    case .none: "none"
    case .flag, .integer, .number: value.description
    case .text(let text): isPlain(text) ? text : JSONValue.string(text).description
    case .list(let values): "[" + values.map(yaml).joined(separator: ", ") + "]"
    }
  }

  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, ("a"..."z").contains(first) else { return false }
    return !["none", "null", "true", "false", "yes", "no", "on", "off"].contains(text)
      && text.utf8.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789-_./".utf8.contains($0) }
  }

  /// All options as JSON, in the order of the table.
  package var json: JSONValue {
    .object(
      TrainingOption.all.map {
        JSONValue.Member(name: $0.name, value: Self.json($0.value(in: self)))
      })
  }

  private static func json(_ value: OptionValue) -> JSONValue {
    switch value {
    case .none: .null
    case .flag(let value): .bool(value)
    case .integer(let value): .integer(value)
    case .number(let value): .number(value)
    case .text(let text): .string(text)
    case .list(let values): .array(values.map(json))
    }
  }

  /// Reads what ``json`` writes. Options that are not there have the values of their named recipe.
  ///
  /// - Parameter path: the checkpoint, for messages.
  package init(json: JSONValue, path: String) throws(RecipeError) {
    let origin = RecipeError.Origin.checkpoint(path: path)
    guard case .object(let members) = json else {
      throw .value(option: "all", found: "other JSON", expected: "an object", origin: origin)
    }
    var settings = RecipeSettings()
    for member in members {
      guard let value = OptionValue(member.value) else {
        throw .value(
          option: member.name, found: "an object", expected: "a value", origin: origin)
      }
      try settings.add(member.name, value, origin)
    }
    try self.init(file: settings, commandLine: RecipeSettings())
  }
}

extension OptionValue {
  /// Nil for objects.
  fileprivate init?(_ json: JSONValue) {
    switch json {
    case .null: self = .none
    case .bool(let value): self = .flag(value)
    case .integer(let value): self = .integer(value)
    case .number(let value): self = .number(value)
    case .string(let text): self = .text(text)
    case .array(let values):
      let elements = values.compactMap(OptionValue.init)
      guard elements.count == values.count else { return nil }
      self = .list(elements)
    case .object: return nil
    }
  }
}
