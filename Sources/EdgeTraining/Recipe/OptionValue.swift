/// The value of a training option, whatever its type.
public enum OptionValue: Hashable, Sendable {
  /// Nothing, where an option may be left out.
  case none
  case flag(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([OptionValue])
}

extension OptionValue: CustomStringConvertible {
  /// As it is written on the command line; elements of a list are separated by commas.
  public var description: String {
    switch self {
    case .none: "none"
    case .flag(let value): String(value)
    case .integer(let value): String(value)
    case .number(let value): "\(value)"
    case .text(let text): text
    case .list(let values): values.map(\.description).joined(separator: ",")
    }
  }
}

/// What a property of a recipe can hold.
protocol OptionStorable: Sendable {
  /// Nil where the value is of another type.
  init?(_ value: OptionValue)
  var optionValue: OptionValue { get }
}

extension Bool: OptionStorable {
  init?(_ value: OptionValue) {
    guard case .flag(let flag) = value else { return nil }
    self = flag
  }

  var optionValue: OptionValue { .flag(self) }
}

extension Int: OptionStorable {
  init?(_ value: OptionValue) {
    guard case .integer(let integer) = value else { return nil }
    self = integer
  }

  var optionValue: OptionValue { .integer(self) }
}

extension Double: OptionStorable {
  init?(_ value: OptionValue) {
    switch value {
    case .number(let number): self = number
    case .integer(let integer): self = Double(integer)
    default: return nil
    }
  }

  var optionValue: OptionValue { .number(self) }
}

extension String: OptionStorable {
  init?(_ value: OptionValue) {
    guard case .text(let text) = value else { return nil }
    self = text
  }

  var optionValue: OptionValue { .text(self) }
}

extension Optional: OptionStorable where Wrapped: OptionStorable {
  init?(_ value: OptionValue) {
    if value == .none {
      self = nil
    } else if let wrapped = Wrapped(value) {
      self = .some(wrapped)
    } else {
      return nil
    }
  }

  var optionValue: OptionValue { self?.optionValue ?? .none }
}

extension Array: OptionStorable where Element: OptionStorable {
  init?(_ value: OptionValue) {
    guard case .list(let values) = value else { return nil }
    let elements = values.compactMap(Element.init)
    guard elements.count == values.count else { return nil }
    self = elements
  }

  var optionValue: OptionValue { .list(map(\.optionValue)) }
}
