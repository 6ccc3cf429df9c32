import EdgeFormats
import EdgeModels

/// What is wrong with the options of a training run.
public enum RecipeError: Error, Equatable, Sendable {
  /// Where an option was given.
  public enum Origin: Hashable, Sendable {
    case commandLine
    /// Lines count from 1.
    case file(path: String, line: Int)
    /// The recipe that a checkpoint holds.
    case checkpoint(path: String)
  }

  case unknown(option: String, nearest: String?, origin: Origin)
  case duplicate(option: String, origin: Origin)
  case missingValue(option: String, expected: String)
  case value(option: String, found: String, expected: String, origin: Origin)
  /// A word on the command line that belongs to no option.
  case unexpected(argument: String)
  /// An option that the run can't do without.
  case missing(option: String, advice: String)
  /// Values that don't go together.
  case conflict(options: [String], problem: String, advice: String)
  /// An option that has no meaning for what the network is for.
  case irrelevant(option: String, task: NetworkTask, origin: Origin)
  /// A configuration file that isn't YAML, or has another structure.
  case syntax(path: String, line: Int, problem: String)
  /// A configuration file that can't be read.
  case unreadable(FormatError)
}

extension RecipeError: CustomStringConvertible {
  /// One sentence, safe to print.
  public var description: String {
    let scalars = text.unicodeScalars.prefix(2000).map { scalar in
      scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar
    }
    return String(String.UnicodeScalarView(scalars))
  }

  private var text: String {
    switch self {
    case .unknown(let option, let nearest, let origin):
      origin.prefix + "there is no option '\(option)'"
        + (nearest.map { "; did you mean '\($0)'?" } ?? "; see --help")
    case .duplicate(let option, let origin):
      origin.prefix + "'\(option)' is given twice; leave one out"
    case .missingValue(let option, let expected):
      "--\(option) needs a value: \(expected)"
    case .value(let option, let found, let expected, let origin):
      origin.prefix + "\(origin.name(of: option)): expected \(expected), found '\(found)'"
    case .unexpected(let argument):
      "'\(argument)' belongs to no option; options start with --, see --help"
    case .missing(let option, let advice): "--\(option) is missing; \(advice)"
    case .conflict(let options, let problem, let advice):
      options.map { "--\($0)" }.joined(separator: ", ") + ": \(problem); \(advice)"
    case .irrelevant(let option, let task, let origin):
      origin.prefix + "\(origin.name(of: option)) means nothing for \(task.rawValue); leave it out"
    case .syntax(let path, let line, let problem): "\(path):\(line): \(problem)"
    case .unreadable(let error): error.description
    }
  }
}

extension RecipeError.Origin {
  fileprivate var prefix: String {
    switch self {
    case .commandLine: ""
    case .file(let path, let line): "\(path):\(line): "
    case .checkpoint(let path): "\(path): recipe: "
    }
  }

  fileprivate func name(of option: String) -> String {
    self == .commandLine ? "--\(option)" : option
  }
}
