import EdgeGraph

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Draws the part of a picture that becomes a training example.
struct RandomCrop {
  /// Of the picture's area.
  var area: ClosedRange<Double>
  /// Width to height.
  var ratio: ClosedRange<Double>

  /// A part of random area and, evenly in its logarithm, random ratio; after ten that don't fit,
  /// the largest middle part of an allowed ratio (torchvision's `RandomResizedCrop`, timm's
  /// `RandomResizedCropAndInterpolation`).
  ///
  /// - Precondition: areas are from 0 to 1, ratios positive and finite.
  func window(width: Int, height: Int, random: inout RandomStream) -> PixelWindow {
    precondition(area.lowerBound >= 0 && area.upperBound <= 1, "areas of \(area)")
    precondition(ratio.lowerBound > 0 && ratio.upperBound.isFinite, "ratios of \(ratio)")
    let pixels = Double(width) * Double(height)
    for _ in 0..<10 {
      let target = random.uniform(in: area) * pixels
      let aspect = exp(random.uniform(in: log(ratio.lowerBound)...log(ratio.upperBound)))
      let columns = Int((target * aspect).squareRoot().rounded(.toNearestOrEven))
      let rows = Int((target / aspect).squareRoot().rounded(.toNearestOrEven))
      if columns >= 1, rows >= 1, columns <= width, rows <= height {
        let y = random.integer(below: height - rows + 1)
        let x = random.integer(below: width - columns + 1)
        return PixelWindow(x: x, y: y, width: columns, height: rows)
      }
    }
    return middle(width: width, height: height)
  }

  private func middle(width: Int, height: Int) -> PixelWindow {
    var (columns, rows) = (width, height)
    let aspect = Double(width) / Double(height)
    if aspect < ratio.lowerBound {
      rows = Int((Double(width) / ratio.lowerBound).rounded(.toNearestOrEven))
    } else if aspect > ratio.upperBound {
      columns = Int((Double(height) * ratio.upperBound).rounded(.toNearestOrEven))
    }
    // Rounding may pass the edge by one.
    columns = min(columns, width)
    rows = min(rows, height)
    return PixelWindow(
      x: (width - columns) / 2, y: (height - rows) / 2, width: columns, height: rows)
  }

  /// A part of the picture's own size, at most `padding` pixels beyond its edges (torchvision's
  /// `RandomCrop` with padding).
  static func padded(
    by padding: Int, width: Int, height: Int, random: inout RandomStream
  ) -> PixelWindow {
    let y = random.integer(below: 2 * padding + 1) - padding
    let x = random.integer(below: 2 * padding + 1) - padding
    return PixelWindow(x: x, y: y, width: width, height: height)
  }
}
