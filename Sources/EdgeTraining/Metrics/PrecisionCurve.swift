/// Recall and precision after each detection, from the best score to the worst.
struct PrecisionCurve {
  /// Whether each detection that counts found an object.
  let hits: [Bool]
  /// How many objects there are to find; more than 0.
  let objects: Int

  /// The share of the objects that were found after each detection.
  var recalls: [Double] {
    running { hits, _ in Double(hits) / Double(objects) }
  }

  /// The best precision at each detection's recall or a larger one.
  var bestPrecisions: [Double] {
    var precisions = running { hits, count in Double(hits) / Double(count) }
    for index in precisions.indices.dropLast().reversed() {
      precisions[index] = max(precisions[index], precisions[index + 1])
    }
    return precisions
  }

  private func running(_ value: (_ hits: Int, _ count: Int) -> Double) -> [Double] {
    var sum = 0
    return hits.indices.map { index in
      if hits[index] { sum += 1 }
      return value(sum, index + 1)
    }
  }

  /// The mean, over these recalls in ascending order, of the best precision that reaches each; 0
  /// for those that none reaches.
  func meanPrecision(at thresholds: [Double]) -> Double {
    let (recalls, precisions) = (recalls, bestPrecisions)
    var index = 0
    var sum = 0.0
    for threshold in thresholds {
      while index < recalls.count && recalls[index] < threshold { index += 1 }
      guard index < recalls.count else { break }
      sum += precisions[index]
    }
    return sum / Double(thresholds.count)
  }

  /// The area below the best precision as a function of the recall.
  var area: Double {
    let (recalls, precisions) = (recalls, bestPrecisions)
    var reached = 0.0
    var sum = 0.0
    for (recall, precision) in zip(recalls, precisions) {
      sum += (recall - reached) * precision
      reached = recall
    }
    return sum
  }
}
