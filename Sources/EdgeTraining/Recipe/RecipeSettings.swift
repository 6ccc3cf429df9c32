import EdgeNN

/// Options that were given, checked one by one, from one place.
public struct RecipeSettings: Equatable, Sendable {
  public struct Setting: Equatable, Sendable {
    public let option: String
    public let value: OptionValue
    public let origin: RecipeError.Origin
  }

  public private(set) var settings: [Setting] = []

  public init() {}

  public subscript(option: String) -> OptionValue? {
    settings.first { $0.option == option }?.value
  }

  /// Adds a setting that was given as text.
  mutating func add(
    _ name: String, text: String, _ origin: RecipeError.Origin
  ) throws(RecipeError) {
    let option = try option(name, origin)
    guard let value = option.value(text) else {
      throw .value(option: name, found: text, expected: option.expectation, origin: origin)
    }
    settings.append(Setting(option: option.name, value: value, origin: origin))
  }

  /// Adds a setting whose value has a type already.
  mutating func add(
    _ name: String, _ value: OptionValue, _ origin: RecipeError.Origin
  ) throws(RecipeError) {
    let option = try option(name, origin)
    var trial = TrainingRecipe()
    guard option.set(value, in: &trial) else {
      throw .value(
        option: name, found: value.description, expected: option.expectation, origin: origin)
    }
    settings.append(Setting(option: option.name, value: value, origin: origin))
  }

  /// The option of this name, unless it has a setting already.
  func option(
    _ name: String, _ origin: RecipeError.Origin
  ) throws(RecipeError) -> TrainingOption {
    guard let option = TrainingOption.named(name) else {
      let nearest = nearestName(to: name, among: TrainingOption.all.map(\.name))
      throw .unknown(option: name, nearest: nearest, origin: origin)
    }
    guard self[option.name] == nil else { throw .duplicate(option: name, origin: origin) }
    return option
  }

  /// Changes a recipe.
  func apply(to recipe: inout TrainingRecipe) throws(RecipeError) {
    for setting in settings {
      let option = TrainingOption.named(setting.option)
      guard let option, option.set(setting.value, in: &recipe) else {
        throw .unknown(option: setting.option, nearest: nil, origin: setting.origin)
      }
    }
  }
}
