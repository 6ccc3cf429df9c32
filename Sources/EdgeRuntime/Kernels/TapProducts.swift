import CEdgeKernels
import EdgeGraph

/// A convolution, or the way back to its input, as a sum of products, one for each tap: rows of
/// pixels times the tap's matrix, added to the pixels that they reach. Nothing is padded or copied,
/// and what a tap would read in the padding is not computed.
struct TapProducts {
  private let places: TapPlaces
  private let source, target: Operand
  private let weight: PackedWeight
  private let taps: [PackedWeight]
  private let isBackward: Bool
  /// Rows of the target, in all images and in one; those that are summed together.
  private let rows, rowsPerImage, band: Int

  /// - Parameter convolution: dense, of the first input by the second; `isBackward`: from its result
  ///   to its input.
  init(
    _ binding: Binding, _ convolution: Convolution, isBackward: Bool
  ) throws(RuntimeError) {
    let (given, kernel) = (binding.inputs[0].shape, binding.inputs[1].shape)
    places = TapPlaces(
      convolution, image: isBackward ? binding.shape : given, weight: kernel,
      result: isBackward ? given : binding.shape)
    (source, target) = (try binding.operand(0), binding.output)
    let weight = try PackedWeight(binding, 1, isBackward ? .transposedTaps : .taps)
    self.weight = weight
    taps = (0..<kernel[2] * kernel[3]).map { weight.tap($0) }
    self.isBackward = isBackward
    rowsPerImage = binding.shape[1]
    rows = binding.shape[0] * rowsPerImage
    // The rows that a band reads stay in the second-level cache while the panels pass.
    let cache = 256 * 1024 / 4
    band = max(1, cache / max(1, kernel[2] * given[2] * given[3]))
  }

  /// - Parameter finish: what is done to pixels of the target once they are summed.
  func call(
    _ finish: @escaping @Sendable (Frame, _ pixels: Range<Int>) -> Void
  ) -> KernelCall {
    let width = isBackward ? places.imageWidth : places.resultWidth
    return KernelCall(
      before: weight.packing, items: rows,
      scratchCount: weight.scratchCount(rows: places.resultWidth)
    ) { [self] frame, range in
      range.eachImage(height: rowsPerImage) { image, rows in
        for start in stride(from: rows.lowerBound, to: rows.upperBound, by: band) {
          let end = min(start + band, rows.upperBound)
          let first = image * rowsPerImage
          let pixels = (first + start) * width..<(first + end) * width
          target.clear(frame, rows: pixels)
          add(frame, image: image, rows: start..<end)
          finish(frame, pixels)
        }
      }
    }
  }

  /// Panel by panel of the weight; all at once where rows are rounded for each product.
  private func add(_ frame: Frame, image: Int, rows: Range<Int>) {
    let step = weight.roundsRows ? max(weight.panels, 1) : 1
    for panel in stride(from: 0, to: weight.panels, by: step) {
      for tap in taps.indices {
        let (ky, kx) = (tap / places.kernelWidth, tap % places.kernelWidth)
        let columns = places.columns(kx)
        if columns.isEmpty { continue }
        for row in rows {
          guard let other = self.row(matching: row, ky) else { continue }
          let (imageRow, resultRow) = isBackward ? (row, other) : (other, row)
          let pixel = (image * places.imageHeight + imageRow) * places.imageWidth
          let result = (image * places.resultHeight + resultRow) * places.resultWidth
          multiply(
            frame, taps[tap], count: columns.count,
            image: pixel + places.imageColumn(columns.lowerBound, kx),
            result: result + columns.lowerBound, panels: panel..<panel + step)
        }
      }
    }
  }

  /// The source's row for a row of the target.
  private func row(matching row: Int, _ ky: Int) -> Int? {
    if isBackward { return places.resultRow(row, ky) }
    let row = places.imageRow(row, ky)
    return row >= 0 && row < places.imageHeight ? row : nil
  }

  /// Adds the products of `count` pixels of a row: every `stride`th one of the image, from a place
  /// on, and those of the result that follow each other.
  private func multiply(
    _ frame: Frame, _ tap: PackedWeight, count: Int, image: Int, result: Int, panels: Range<Int>
  ) {
    let (from, to) = isBackward ? (result, image) : (image, result)
    let (sourceStep, targetStep) = isBackward ? (1, places.stride) : (places.stride, 1)
    let sum = unsafe target.pointer(frame, row: to)
    let stride = targetStep * target.stride
    let left = unsafe tap.left(
      source.pointer(frame, row: from), rows: count, stride: sourceStep * source.stride,
      scratch: frame.scratch)
    let adding = unsafe ek_epilogue(
      bias: nil, activation: EK_IDENTITY, scale: nil, residual: UnsafePointer(sum),
      residual_stride: Int64(stride), activates_sum: 0)
    unsafe tap.multiply(
      left, rows: count, frame, to: sum, stride: stride, adding, panels: panels)
  }
}
