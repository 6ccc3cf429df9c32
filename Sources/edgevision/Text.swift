/// A number with a fixed count of decimals, rounded half away from zero.
func fixed(_ value: Double, digits: Int) -> String {
  guard value.isFinite, abs(value) < 1e9 else { return "\(value)" }
  let scale = (0..<digits).reduce(1) { scale, _ in scale * 10 }
  let units = Int((abs(value) * Double(scale)).rounded())
  let sign = value < 0 && units > 0 ? "-" : ""
  guard digits > 0 else { return "\(sign)\(units)" }
  let decimals = String(units % scale)
  let zeros = String(repeating: "0", count: digits - decimals.count)
  return "\(sign)\(units / scale).\(zeros)\(decimals)"
}

/// A number with five decimals, or with four digits and a power of ten where that says more.
func compact(_ value: Double) -> String {
  var size = abs(value)
  guard size > 0, size.isFinite, !(1e-3..<1e6).contains(size) else {
    return fixed(value, digits: 5)
  }
  var exponent = 0
  while size >= 9.9995 { (size, exponent) = (size / 10, exponent + 1) }
  while size < 0.99995 { (size, exponent) = (size * 10, exponent - 1) }
  return "\(value < 0 ? "-" : "")\(fixed(size, digits: 3))e\(exponent)"
}

/// A bar that is filled for a fraction between 0 and 1.
func bar(_ fraction: Double, width: Int) -> String {
  let eighths = Int((min(max(fraction, 0), 1) * Double(8 * width)).rounded())
  let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
  let text = String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
  return text + String(repeating: " ", count: width - text.count)
}

/// Text in which nothing moves the cursor or ends the line.
func printable(_ text: String) -> String {
  String(
    String.UnicodeScalarView(
      text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
}

/// Rows of text in columns.
struct Table {
  enum Alignment { case left, right }

  private let alignments: [Alignment]
  private var rows: [[String]]

  init(_ columns: [(title: String, alignment: Alignment)]) {
    alignments = columns.map(\.alignment)
    rows = [columns.map(\.title)]
  }

  mutating func append(_ row: [String]) { rows.append(row.map(printable)) }

  /// The titles, a rule, the rows.
  var lines: [String] {
    let widths = alignments.indices.map { column in rows.map { $0[column].columns }.max() ?? 0 }
    let texts = rows.map { row in
      let cells = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].columns)
        return alignments[column] == .left ? row[column] + padding : padding + row[column]
      }
      return trimmed(cells.joined(separator: "  "))
    }
    let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
    return texts.prefix(1) + [rule] + texts.dropFirst()
  }

  private func trimmed(_ text: String) -> String {
    String(text.reversed().drop { $0 == " " }.reversed())
  }
}

extension String {
  /// The columns that the text takes on a terminal.
  fileprivate var columns: Int {
    reduce(0) { $0 + ($1.unicodeScalars.contains(where: \.isWide) ? 2 : 1) }
  }
}

extension Unicode.Scalar {
  /// Emoji, and the scripts whose characters are two columns wide (Unicode Standard Annex 11).
  fileprivate var isWide: Bool {
    switch value {
    case 0..<0x1100: false
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3,
      0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
      true
    default: properties.isEmojiPresentation || value == 0xFE0F
    }
  }
}
