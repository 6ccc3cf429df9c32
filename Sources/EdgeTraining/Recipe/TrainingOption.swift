/// One option of a training run: its name, what it takes, and where in a recipe it is kept.
///
/// The command line, configuration files, checkpoints and the help text all go by ``all``.
public struct TrainingOption: Sendable {
  public enum Group: String, CaseIterable, Sendable {
    case run, data, network, optimizer, schedule, averaging, loss, augmentation
  }

  /// What values an option takes.
  public enum Kind: Hashable, Sendable {
    /// `--name` or `--no-name`.
    case flag
    case integer(ClosedRange<Int>)
    case number(NumberRange)
    /// `placeholder` stands for the text in the help.
    case text(placeholder: String)
    case choice([String])
    /// So many numbers.
    case numbers(count: Int, NumberRange)
    /// Any number of texts.
    case texts(placeholder: String)
  }

  /// As on the command line, without dashes in front.
  public let name: String
  public let group: Group
  public let kind: Kind
  /// Whether there can be no value, written `none`.
  public let isOptional: Bool
  /// One sentence.
  public let help: String

  private let read: @Sendable (TrainingRecipe) -> OptionValue
  private let write: @Sendable (inout TrainingRecipe, OptionValue) -> Bool

  init<Value: OptionStorable>(
    _ name: String, _ group: Group, _ path: WritableKeyPath<TrainingRecipe, Value> & Sendable,
    _ kind: Kind, isOptional: Bool = false, _ help: String
  ) {
    self.name = name
    self.group = group
    self.kind = kind
    self.isOptional = isOptional
    self.help = help
    read = { $0[keyPath: path].optionValue }
    write = { recipe, value in
      guard let value = Value(value) else { return false }
      recipe[keyPath: path] = value
      return true
    }
  }

  /// An option that takes a case of `Choice`.
  init<Choice: RecipeChoice & OptionStorable>(
    _ name: String, _ group: Group, _ path: WritableKeyPath<TrainingRecipe, Choice> & Sendable,
    _ help: String
  ) {
    self.init(name, group, path, .choice(Choice.allCases.map(\.rawValue)), help)
  }

  /// An option that may have no value.
  init<Value: OptionStorable>(
    _ name: String, _ group: Group,
    optional path: WritableKeyPath<TrainingRecipe, Value?> & Sendable,
    _ kind: Kind, _ help: String
  ) {
    self.init(name, group, path, kind, isOptional: true, help)
  }

  /// The option's value in a recipe.
  public func value(in recipe: TrainingRecipe) -> OptionValue { read(recipe) }

  /// Sets the option, if the value is of its kind and within its range; returns whether it is.
  public func set(_ value: OptionValue, in recipe: inout TrainingRecipe) -> Bool {
    takes(value) && write(&recipe, value)
  }

  private func takes(_ value: OptionValue) -> Bool {
    switch (kind, value) {
    case (_, .none): isOptional
    case (.flag, .flag), (.text, .text): true
    case (.integer(let range), .integer(let value)): range.contains(value)
    case (.number(let range), .integer(let value)): range.contains(Double(value))
    case (.number(let range), .number(let value)): range.contains(value)
    case (.choice(let names), .text(let name)): names.contains(name)
    case (.numbers(let count, let range), .list(let values)):
      values.count == count && values.allSatisfy { Double($0).map(range.contains) ?? false }
    case (.texts, .list(let values)): values.allSatisfy { String($0) != nil }
    default: false
    }
  }

  /// - Parameter name: an option's name, or a short form of it.
  public static func named(_ name: String) -> TrainingOption? {
    let name = shortForms[name] ?? name
    return all.first { $0.name == name }
  }

  private static let shortForms = ["skip-bad": "skip-bad-images"]
}
