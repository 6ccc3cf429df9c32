import EdgeFormats

extension RecipeSettings {
  /// The longest configuration that is read, in bytes.
  static let sizeLimit = 1 << 20

  static let lineLimit = 10_000

  /// Reads a configuration file: a YAML mapping from options to values, as in `lr: 0.001`.
  public init(contentsOf path: String) throws(RecipeError) {
    let text: String
    do throws(FormatError) {
      text = try TextFile.read(contentsOf: path, sizeLimit: Self.sizeLimit)
    } catch {
      throw .unreadable(error)
    }
    try self.init(yaml: text, path: path)
  }

  /// Reads the text of a configuration; `path` stands for the file in messages.
  public init(yaml: String, path: String) throws(RecipeError) {
    self.init()
    let lines = yaml.utf8.split(
      separator: UInt8(ascii: "\n"), maxSplits: Self.lineLimit, omittingEmptySubsequences: false)
    guard lines.count <= Self.lineLimit || lines[Self.lineLimit].isEmpty else {
      throw .unreadable(
        .limit(
          path: path, place: "file", quantity: "the number of lines", limit: Self.lineLimit))
    }
    var reader = SettingsReader(path: path)
    for line in lines { try reader.read(line) }
    for entry in reader.entries { try add(entry, .file(path: path, line: entry.line)) }
  }

  private mutating func add(
    _ entry: SettingsReader.Entry, _ origin: RecipeError.Origin
  ) throws(RecipeError) {
    let option = try option(entry.name, origin)
    if entry.isList {
      try add(entry.name, list(option, entry.scalars, origin), origin)
    } else if let scalar = entry.scalars.first {
      let isNull = scalar.isPlain && ["", "~", "null"].contains(scalar.text)
      if isNull, option.isOptional || option.takesTexts {
        try add(entry.name, text: "none", origin)
      } else if !scalar.isPlain, !scalar.text.isEmpty, option.takesText {
        try add(entry.name, .text(scalar.text), origin)
      } else {
        try add(entry.name, text: scalar.text, origin)
      }
    }
  }

  private func list(
    _ option: TrainingOption, _ scalars: [SettingsReader.Scalar], _ origin: RecipeError.Origin
  ) throws(RecipeError) -> OptionValue {
    var values: [OptionValue] = []
    for scalar in scalars {
      guard let value = option.element(scalar.text) else {
        throw .value(
          option: option.name, found: scalar.text, expected: option.expectation, origin: origin)
      }
      values.append(value)
    }
    return .list(values)
  }
}
