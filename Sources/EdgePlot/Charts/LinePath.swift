/// The lines of a series: runs of values that can be shown, broken where one can't.
enum LinePath {
  static func runs(of values: [Point], in plot: PlotArea) -> [[Point]] {
    var runs: [[Point]] = []
    var run: [Point] = []
    for value in values {
      if let place = plot.place(value) {
        run.append(place)
      } else if !run.isEmpty {
        runs.append(thinned(run))
        run = []
      }
    }
    if !run.isEmpty { runs.append(thinned(run)) }
    return runs
  }

  /// The same line with fewer points: of neighbors that share a column of half a point, the first,
  /// the lowest, the highest and the last.
  static func thinned(_ run: [Point]) -> [Point] {
    guard run.count > 4 else { return run }
    var result: [Point] = []
    var start = 0
    for index in 1...run.count {
      if index < run.count && column(of: run[index]) == column(of: run[start]) { continue }
      result += extremes(run[start..<index])
      start = index
    }
    return result
  }

  private static func column(of point: Point) -> Double { (point.x * 2).rounded(.down) }

  private static func extremes(_ points: ArraySlice<Point>) -> [Point] {
    let indices = points.indices
    guard points.count > 4, let first = indices.first, let last = indices.last,
      let lowest = indices.min(by: { points[$0].y < points[$1].y }),
      let highest = indices.max(by: { points[$0].y < points[$1].y })
    else { return Array(points) }
    return Set([first, lowest, highest, last]).sorted().map { points[$0] }
  }
}

/// Moves places apart until they are `distance` from each other, within a range and in their order,
/// each as near to where it was as its neighbors allow; nil where the range has no room.
func spread(
  _ places: [Double], distance: Double, in range: ClosedRange<Double>
) -> [Double]? {
  guard Double(places.count - 1) * distance <= range.upperBound - range.lowerBound else {
    return nil
  }
  let order = places.indices.sorted { places[$0] < places[$1] }
  // Groups that touch, each at the mean of where its members want to be.
  var groups: [(wishes: Double, count: Int)] = []
  func top(_ group: (wishes: Double, count: Int)) -> Double {
    let height = Double(group.count - 1) * distance
    let start = group.wishes / Double(group.count)
    return min(max(start, range.lowerBound), range.upperBound - height)
  }
  for index in order {
    groups.append((places[index], 1))
    while let last = groups.last, let before = groups.dropLast().last,
      top(before) + Double(before.count) * distance > top(last)
    {
      groups.removeLast(2)
      let shift = Double(before.count * last.count) * distance
      groups.append((before.wishes + last.wishes - shift, before.count + last.count))
    }
  }
  let sorted = groups.flatMap { group in
    (0..<group.count).map { top(group) + Double($0) * distance }
  }
  var result = places
  for (index, place) in zip(order, sorted) { result[index] = place }
  return result
}
