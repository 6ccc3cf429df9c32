/// A number with a fixed count of decimals, rounded half away from zero.
func fixed(_ value: Double, digits: Int) -> String {
  guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
  let scale = (0..<digits).reduce(1) { scale, _ in scale * 10 }
  let units = Int((abs(value) * Double(scale)).rounded())
  let sign = value < 0 && units > 0 ? "-" : ""
  guard digits > 0 else { return "\(sign)\(units)" }
  let decimals = String(units % scale)
  let zeros = String(repeating: "0", count: digits - decimals.count)
  return "\(sign)\(units / scale).\(zeros)\(decimals)"
}

/// A bar that is filled for a fraction between 0 and 1.
func bar(_ fraction: Double, width: Int) -> String {
  let eighths = Int((min(max(fraction, 0), 1) * Double(8 * width)).rounded())
  let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
  let text = String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
  return text + String(repeating: " ", count: width - text.count)
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

  mutating func append(_ row: [String]) { rows.append(row) }

  /// The titles, a rule, the rows.
  var lines: [String] {
    let widths = alignments.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let texts = rows.map { row in
      let cells = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
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
