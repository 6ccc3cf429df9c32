#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Numbers as charts show them.
enum NumberText {
  /// With a fixed number of decimals, for magnitudes below 10¹⁵.
  static func fixed(_ value: Double, decimals: Int) -> String {
    let scaled = (abs(value) * pow(10, Double(decimals))).rounded()
    guard scaled < 9e15 else { return "\(value)" }
    let isNegative = value < 0 && scaled > 0
    var digits = String(Int(scaled))
    if decimals > 0 {
      digits = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
      digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -decimals))
    }
    return (isNegative ? "−" : "") + digits
  }

  /// `count * 10^exponent`, such as 1.25·10⁷; `count` is a whole number.
  static func scientific(_ count: Int, exponent: Int) -> String {
    guard count != 0 else { return "0" }
    var digits = String(count.magnitude)
    let power = exponent + digits.count - 1
    while digits.count > 1 && digits.hasSuffix("0") { digits.removeLast() }
    if digits.count > 1 { digits.insert(".", at: digits.index(after: digits.startIndex)) }
    let sign = count < 0 ? "−" : ""
    let factor = digits == "1" ? "" : "\(digits)·"
    return "\(sign)\(factor)10\(superscript(power))"
  }

  /// With up to `digits` digits that count, without zeros at the end.
  static func significant(_ value: Double, digits: Int = 4) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value > 0 ? "∞" : "−∞" }
    guard value != 0 else { return "0" }
    let magnitude = Int(log10(abs(value)).rounded(.down))
    guard (-3..<6).contains(magnitude) else {
      let exponent = max(magnitude - digits + 1, -300)
      return scientific(Int((value / pow(10, Double(exponent))).rounded()), exponent: exponent)
    }
    var text = fixed(value, decimals: max(0, digits - 1 - magnitude))
    if text.contains(".") {
      while text.hasSuffix("0") { text.removeLast() }
      if text.hasSuffix(".") { text.removeLast() }
    }
    return text
  }

  private static func superscript(_ number: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    let text = String(number.magnitude).compactMap(\.wholeNumberValue).map { digits[$0] }
    return (number < 0 ? "⁻" : "") + String(text)
  }
}
