/// The candidate with the smallest edit distance to `name`, if it is near enough to be a slip: at
/// most a third of the name's length. Only the first `limit` candidates are compared.
public func nearestName(
  to name: String, among candidates: [String], limit: Int = 500
) -> String? {
  let target = Array(name.utf8)
  var best: (name: String, distance: Int)?
  for candidate in candidates.prefix(limit) {
    let bound = min(best?.distance ?? .max, target.count / 3 + 1)
    let distance = editDistance(target, Array(candidate.utf8.prefix(200)))
    if distance < bound { best = (candidate, distance) }
  }
  return best?.name
}

/// Levenshtein's distance: insertions, deletions and substitutions.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var row = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, y) in b.enumerated() {
      let substituted = diagonal + (x == y ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
    }
  }
  return row[b.count]
}
