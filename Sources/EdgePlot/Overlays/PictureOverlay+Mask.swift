extension PictureOverlay {
  /// The picture tinted by the class of every pixel, with darker borders between classes; below it,
  /// unless `hasLegend` is false, the classes that occur and their shares of the picture, the largest
  /// first.
  ///
  /// Pixels of a class without a name (such as 255, which says "unknown" in data sets) keep their
  /// color and aren't listed; those of a class named "background" only keep it.
  ///
  /// - Parameters:
  ///   - labels: class numbers, `[height, width]` of the picture as it was given.
  ///   - names: of the classes, by number.
  ///   - opacity: of the tint, 0 to 1.
  /// - Throws: ``PlotError/invalidMask(width:height:found:)`` where there isn't a label for each
  ///   pixel, and what drawing throws.
  public func mask(
    labels: [UInt8], names: [String], opacity: Double = 0.5, hasLegend: Bool = true
  ) throws(PlotError) -> Bitmap {
    guard labels.count == width * height else {
      throw .invalidMask(width: width, height: height, found: labels.count)
    }
    let tint = MaskTint(names: names, opacity: opacity, border: max(Int(style.lineWidth) / 2, 1))
    let tinted = try Bitmap(
      width: picture.width, height: picture.height,
      pixels: tint(
        picture.pixels, labels: enlarged(labels), width: picture.width, height: picture.height))
    guard hasLegend else { return tinted }
    let shares = ClassShare.all(in: labels, classes: names.count)
    let legend = MaskLegend(
      shares, names: names, textSize: style.textSize, width: area.width,
      ruler: try Canvas(width: 1, height: 1))
    var canvas = try Canvas(width: area.width, height: area.height + legend.height)
    canvas.image(tinted, in: area, smooth: false)
    legend.draw(top: area.height, on: &canvas)
    return try canvas.bitmap()
  }

  private func enlarged(_ labels: [UInt8]) -> [UInt8] {
    guard style.factor > 1 else { return labels }
    var result: [UInt8] = []
    result.reserveCapacity(labels.count * style.factor * style.factor)
    for row in 0..<height {
      let line = labels[row * width..<(row + 1) * width].flatMap {
        repeatElement($0, count: style.factor)
      }
      for _ in 0..<style.factor { result += line }
    }
    return result
  }
}

/// Mixes the colors of classes into a picture.
struct MaskTint {
  /// Of 256: how much of a class's color the pixels get.
  private let share: Int
  /// For each label, red, green and blue; nil where the picture keeps its colors.
  private let colors: [[Int]?]
  /// How far from another class a pixel is darker, in pixels.
  private let border: Int

  init(names: [String], opacity: Double, border: Int) {
    share = Int((min(max(opacity.isNaN ? 0 : opacity, 0), 1) * 256).rounded())
    colors = (0..<256).map { label in
      guard label < names.count, names[label] != "background" else { return nil }
      return ClassPalette.color(label).bytes.map(Int.init)
    }
    self.border = border
  }

  /// - Parameters:
  ///   - pixels: `[height, width, 3]`.
  ///   - labels: `[height, width]`.
  func callAsFunction(
    _ pixels: [UInt8], labels: [UInt8], width: Int, height: Int
  ) -> [UInt8] {
    var result = pixels
    for y in 0..<height {
      // The rows that a border may be seen in.
      let (above, below) = (max(y - border, 0) * width, min(y + border, height - 1) * width)
      for x in 0..<width {
        let label = labels[y * width + x]
        guard let color = colors[Int(label)] else { continue }
        let isBorder =
          labels[above + x] != label || labels[below + x] != label
          || labels[y * width + max(x - border, 0)] != label
          || labels[y * width + min(x + border, width - 1)] != label
        let start = 3 * (y * width + x)
        for channel in 0..<3 {
          let old = Int(result[start + channel])
          result[start + channel] =
            isBorder ? darker(old, color[channel]) : mixed(old, color[channel], share)
        }
      }
    }
    return result
  }

  private func mixed(_ old: Int, _ new: Int, _ share: Int) -> UInt8 {
    UInt8((old * (256 - share) + new * share + 128) >> 8)
  }

  /// Three fifths of the color, and a third more of it.
  private func darker(_ old: Int, _ new: Int) -> UInt8 {
    mixed(old, new * 3 / 5, share + (256 - share) / 3)
  }
}
