/// A number with a fixed count of decimals, rounded half away from zero.
func decimal(_ value: Double, digits: Int) -> String {
  guard value.isFinite, abs(value) < 1e9 else { return "\(value)" }
  let scale = (0..<digits).reduce(1) { scale, _ in 10 * scale }
  let units = Int((abs(value) * Double(scale)).rounded())
  let sign = value < 0 && units > 0 ? "-" : ""
  guard digits > 0 else { return "\(sign)\(units)" }
  let decimals = String(units % scale)
  return "\(sign)\(units / scale)." + String(repeating: "0", count: digits - decimals.count)
    + decimals
}

/// A number with three digits and a power of ten: `6.00e-3`.
func scientific(_ value: Double) -> String {
  guard value.isFinite, value != 0 else { return "\(value)" }
  var size = abs(value)
  var exponent = 0
  while size >= 9.995 { (size, exponent) = (size / 10, exponent + 1) }
  while size < 0.9995 { (size, exponent) = (size * 10, exponent - 1) }
  return "\(value < 0 ? "-" : "")\(decimal(size, digits: 2))e\(exponent)"
}
