import EdgeNN

/// The options of a command line: `--lr 0.001`, `--lr=0.001`, `--ema`, `--no-ema`, and `--config`
/// with the path of a file.
public struct RecipeArguments: Equatable, Sendable {
  public private(set) var settings = RecipeSettings()
  /// The configuration file.
  public private(set) var configuration: String?

  public init(_ arguments: [String]) throws(RecipeError) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      guard argument.hasPrefix("--"), argument.utf8.count > 2 else {
        throw .unexpected(argument: argument)
      }
      let parts = argument.dropFirst(2).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      let value = parts.count > 1 ? String(parts[1]) : nil
      if try addFlag(name, value) { continue }
      if let value {
        try add(name, value)
      } else {
        try add(name, Self.value(of: name, &rest))
      }
    }
  }

  /// What the configuration file says; nothing without one.
  var configurationSettings: RecipeSettings {
    get throws(RecipeError) {
      guard let configuration else { return RecipeSettings() }
      return try RecipeSettings(contentsOf: configuration)
    }
  }

  /// Sets a flag that stands without a value; returns whether it was one.
  private mutating func addFlag(_ name: String, _ value: String?) throws(RecipeError) -> Bool {
    guard value == nil else { return false }
    if TrainingOption.named(name)?.kind == .flag {
      try settings.add(name, .flag(true), .commandLine)
      return true
    }
    let positive = String(name.dropFirst(3))
    guard name.hasPrefix("no-"), TrainingOption.named(positive)?.kind == .flag else { return false }
    try settings.add(positive, .flag(false), .commandLine)
    return true
  }

  private mutating func add(_ name: String, _ value: String) throws(RecipeError) {
    guard name == "config" else {
      try settings.add(name, text: value, .commandLine)
      return
    }
    guard configuration == nil else { throw .duplicate(option: name, origin: .commandLine) }
    guard !value.isEmpty else { throw .missingValue(option: name, expected: "a file") }
    configuration = value
  }

  private static func value(
    of name: String, _ rest: inout ArraySlice<String>
  ) throws(RecipeError) -> String {
    let option = TrainingOption.named(name)
    guard option != nil || name == "config" else {
      let known = TrainingOption.all.map(\.name) + ["config"]
      throw .unknown(
        option: name, nearest: nearestName(to: name, among: known), origin: .commandLine)
    }
    guard let value = rest.first, !value.hasPrefix("--") else {
      throw .missingValue(option: name, expected: option?.expectation ?? "a file")
    }
    rest.removeFirst()
    return value
  }
}

extension TrainingRecipe {
  /// The recipe of a command line, checked: its options win over those of the configuration file,
  /// and these over the named recipe, which is the one of the network's task where none is named.
  public init(arguments: [String]) throws(RecipeError) {
    let given = try RecipeArguments(arguments)
    let file = try given.configurationSettings
    try self.init(file: file, commandLine: given.settings)
    try validate(file: file, commandLine: given.settings)
  }

  /// The recipe that settings make, the later ones winning. Not checked as a whole.
  public init(file: RecipeSettings, commandLine: RecipeSettings) throws(RecipeError) {
    let name = commandLine["recipe"] ?? file["recipe"]
    var base = name.flatMap(Base.init)
    if base == nil {
      var trial = TrainingRecipe()
      try file.apply(to: &trial)
      try commandLine.apply(to: &trial)
      base = Base(trial.resolvedTask)
    }
    self.init(base ?? .edgenext)
    try file.apply(to: &self)
    try commandLine.apply(to: &self)
    nameNetwork()
  }

  /// Checks the recipe, and that all that was given means something to it.
  func validate(file: RecipeSettings, commandLine: RecipeSettings) throws(RecipeError) {
    try validate()
    try refuseIrrelevant(file)
    try refuseIrrelevant(commandLine)
  }
}
