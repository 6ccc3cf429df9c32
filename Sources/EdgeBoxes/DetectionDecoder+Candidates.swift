extension DetectionDecoder {
  /// What exceeds a threshold among the scores of an image.
  public struct Candidates: Hashable, Sendable {
    /// The bits of the score, which are in the order of the scores as none is negative, above those of
    /// the index, turned around: the largest is the best, and of equal ones the first.
    let keys: [UInt64]
    private let columns: UInt32

    /// None.
    public init() {
      keys = []
      columns = 1
    }

    /// - Parameters:
    ///   - scores: `[anchors, columns]`, from 0 to 1; column 0 is the background's.
    ///   - threshold: candidates have a larger score.
    /// - Precondition: there are at most 2³² scores.
    init(_ scores: Span<Float>, columns: Int, threshold: Float) {
      precondition(scores.count <= 1 << 32, "\(scores.count) scores")
      self.columns = UInt32(columns)
      var keys: [UInt64] = []
      let bytes = unsafe scores.bytes
      let lanes = SIMD16<Float>.scalarCount
      for start in stride(from: 0, to: scores.count, by: lanes) {
        let count = min(lanes, scores.count - start)
        if count == lanes {
          let vector = unsafe bytes.unsafeLoadUnaligned(
            fromByteOffset: 4 * start, as: SIMD16<Float>.self)
          guard any(vector .> threshold) else { continue }
        }
        for index in start..<start + count where scores[index] > threshold {
          if !UInt32(index).isMultiple(of: self.columns) {
            keys.append(UInt64(scores[index].bitPattern) << 32 | UInt64(~UInt32(index)))
          }
        }
      }
      self.keys = keys
    }

    func score(_ key: UInt64) -> Float { Float(bitPattern: UInt32(key >> 32)) }

    func place(_ key: UInt64) -> (anchor: Int, label: Int) {
      let (anchor, column) = (~UInt32(truncatingIfNeeded: key)).quotientAndRemainder(
        dividingBy: columns)
      return (Int(anchor), Int(column) - 1)
    }
  }
}
