import EdgeFormats
import Yams

extension RecipeSettings {
  /// The longest configuration that is read, in bytes.
  static let sizeLimit = 1 << 20

  /// How many `*` may stand where YAML has aliases. Aliases of aliases multiply; so many can't.
  static let aliasLimit = 20

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
    guard Self.aliasCount(yaml) <= Self.aliasLimit else {
      throw .unreadable(
        .limit(
          path: path, place: "file", quantity: "the number of aliases (*)", limit: Self.aliasLimit))
    }
    let root: Node?
    do {
      // The basic resolver leaves scalars text: options say what they are.
      root = try compose(yaml: yaml, .basic)
    } catch {
      throw Self.error(error, path)
    }
    guard let root, !Self.isEmpty(root) else { return }
    guard let mapping = root.mapping else {
      throw .syntax(
        path: path, line: root.mark?.line ?? 1, problem: "expected options, as in 'lr: 0.001'")
    }
    for (key, value) in mapping { try add(key, value, path) }
  }

  /// Counts `*` but where it is surely part of a pattern or a product.
  private static func aliasCount(_ yaml: String) -> Int {
    var previous = UInt8(ascii: "\n")
    var count = 0
    for byte in yaml.utf8 {
      if byte == UInt8(ascii: "*") {
        let isLetter =
          (previous | 0x20) >= UInt8(ascii: "a") && (previous | 0x20) <= UInt8(ascii: "z")
        if !isLetter && !"0123456789._/*\"'".utf8.contains(previous) { count += 1 }
      }
      previous = byte
    }
    return count
  }

  private static func isEmpty(_ node: Node) -> Bool {
    if case .scalar(let scalar) = node {
      scalar.string.isEmpty && scalar.style == .plain
    } else {
      false
    }
  }

  private mutating func add(_ key: Node, _ value: Node, _ path: String) throws(RecipeError) {
    let line = key.mark?.line ?? 1
    let origin = RecipeError.Origin.file(path: path, line: line)
    guard case .scalar(let name) = key else {
      throw .syntax(path: path, line: line, problem: "expected the name of an option")
    }
    switch value {
    case .scalar(let scalar):
      try add(name.string, scalar, origin)
    case .sequence(let sequence):
      try add(name.string, list(name.string, sequence, origin), origin)
    case .mapping, .alias:
      let option = try option(name.string, origin)
      throw .value(
        option: name.string, found: "a mapping", expected: option.expectation, origin: origin)
    }
  }

  private mutating func add(
    _ name: String, _ scalar: Node.Scalar, _ origin: RecipeError.Origin
  ) throws(RecipeError) {
    let isNull = scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
    if isNull, try option(name, origin).isOptional {
      try add(name, OptionValue.none, origin)
    } else if scalar.style != .plain, !scalar.string.isEmpty, try option(name, origin).takesText {
      try add(name, .text(scalar.string), origin)
    } else {
      try add(name, text: scalar.string, origin)
    }
  }

  private func list(
    _ name: String, _ sequence: Node.Sequence, _ origin: RecipeError.Origin
  ) throws(RecipeError) -> OptionValue {
    let option = try option(name, origin)
    var values: [OptionValue] = []
    for node in sequence {
      guard case .scalar(let scalar) = node, let value = option.element(scalar.string) else {
        let found = if case .scalar(let scalar) = node { scalar.string } else { "a collection" }
        throw .value(option: name, found: found, expected: option.expectation, origin: origin)
      }
      values.append(value)
    }
    return .list(values)
  }

  private static func error(_ error: any Error, _ path: String) -> RecipeError {
    switch error as? YamlError {
    case .duplicatedKeysInMapping(let names, let context)?:
      .duplicate(
        option: names.first ?? "", origin: .file(path: path, line: context.mark.line))
    case .scanner(_, let problem, let mark, _)?, .parser(_, let problem, let mark, _)?,
      .composer(_, let problem, let mark, _)?:
      .syntax(path: path, line: mark.line, problem: problem)
    case .reader(let problem, _, _, _)?: .syntax(path: path, line: 1, problem: problem)
    default: .syntax(path: path, line: 1, problem: "not YAML (\(error))")
    }
  }
}
