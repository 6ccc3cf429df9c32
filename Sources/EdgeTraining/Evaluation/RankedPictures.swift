/// The pictures that a network does best and worst on, with its answers; no others are kept.
package struct RankedPictures<Answer: Sendable>: Sendable {
  package struct Entry: Sendable {
    /// Of the data set.
    package let index: Int
    package let figure: PictureFigure
    package let answer: Answer
  }

  /// How many are kept of each kind.
  package let limit: Int
  /// The best first; of equal ones the first of the data set.
  package private(set) var best: [Entry] = []
  /// The worst first, likewise.
  package private(set) var worst: [Entry] = []

  package init(limit: Int) { self.limit = limit }

  package mutating func add(_ answer: Answer, at index: Int, figure: PictureFigure) {
    let entry = Entry(index: index, figure: figure, answer: answer)
    best.append(entry)
    best.sort { a, b in
      (b.figure.value, b.figure.certainty, a.index) < (a.figure.value, a.figure.certainty, b.index)
    }
    worst.append(entry)
    worst.sort { a, b in
      (a.figure.value, a.figure.certainty, a.index) < (b.figure.value, b.figure.certainty, b.index)
    }
    if best.count > limit { best.removeLast() }
    if worst.count > limit { worst.removeLast() }
  }
}
