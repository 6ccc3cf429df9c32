/// The default boxes of SSD (arXiv:1512.02325, section 2.2), as
/// `cvnets/misc/anchor_generator.py` of the official ParC-Net code makes them.
///
/// Each cell of a level has a small square of side sᵢ, a large one of side √(sᵢ sᵢ₊₁), and for each
/// aspect ratio r, in ascending order, a wide box sᵢ√r × sᵢ/√r and a high one sᵢ/√r × sᵢ√r.
public struct AnchorGrid: Hashable, Sendable {
  /// A feature map and the shapes of its boxes.
  public struct Level: Hashable, Sendable {
    /// Cells of the map.
    public var height, width: Int
    /// Positive; a ratio that is there twice counts once.
    public var aspectRatios: [Double]

    public init(height: Int, width: Int, aspectRatios: [Double]) {
      self.height = height
      self.width = width
      self.aspectRatios = aspectRatios
    }
  }

  public let levels: [Level]
  public let minimumSize, maximumSize: Double

  /// `[count, 4]`: center x, center y, width and height in fractions of the image, each clamped to
  /// 0...1; levels in order, row by row, cell by cell.
  public let values: [Float]

  /// The sizes sᵢ are spread evenly from `minimumSize` to `maximumSize`: one for each level, and a
  /// last one.
  ///
  /// - Precondition: sides and ratios are positive, and sizes too, the smaller one first.
  public init(levels: [Level], minimumSize: Double = 0.1, maximumSize: Double = 1.05) {
    precondition(
      0 < minimumSize && minimumSize <= maximumSize,
      "anchors from \(minimumSize) to \(maximumSize)")
    self.levels = levels
    self.minimumSize = minimumSize
    self.maximumSize = maximumSize
    var values: [Float] = []
    let step = (maximumSize - minimumSize) / Double(max(levels.count, 1))
    for (index, level) in levels.enumerated() {
      let small = Double(index) * step + minimumSize
      let isLast = index + 1 == levels.count
      let next = isLast ? maximumSize : Double(index + 1) * step + minimumSize
      values += Self.values(of: level, small: small, large: (small * next).squareRoot())
    }
    self.values = values
  }

  public var count: Int { values.count / 4 }

  /// 2 + 2 · distinct ratios.
  public static func anchorsPerCell(aspectRatios: [Double]) -> Int {
    2 + 2 * Set(aspectRatios).count
  }

  private static func values(of level: Level, small: Double, large: Double) -> [Float] {
    precondition(
      level.height > 0 && level.width > 0 && level.aspectRatios.allSatisfy { $0 > 0 },
      "anchors of \(level)")
    let sizes = sizes(level.aspectRatios, small: small, large: large)
    var values: [Float] = []
    values.reserveCapacity(level.height * level.width * sizes.count * 4)
    for y in 0..<level.height {
      for x in 0..<level.width {
        let centerX = (Double(x) + 0.5) * (1 / Double(level.width))
        let centerY = (Double(y) + 0.5) * (1 / Double(level.height))
        for size in sizes {
          for value in [centerX, centerY, size.width, size.height] {
            values.append(min(max(Float(value), 0), 1))
          }
        }
      }
    }
    return values
  }

  private static func sizes(
    _ aspectRatios: [Double], small: Double, large: Double
  ) -> [(width: Double, height: Double)] {
    [(small, small), (large, large)]
      + Set(aspectRatios).sorted().flatMap { ratio in
        let root = ratio.squareRoot()
        return [(small * root, small / root), (small / root, small * root)]
      }
  }
}
