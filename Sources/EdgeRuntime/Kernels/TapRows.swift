import CEdgeKernels
import EdgeGraph

/// The product of gradients and of the pixels that each tap of a dense convolution reads, both in
/// place: tap by tap, over the pixels that are inside the image. It runs over all rows of an image at
/// once where a tap reads a pixel for every column, and else row by row.
struct TapRows {
  private let places: TapPlaces
  private let dy, x: Operand
  private let product: RowProduct
  private let outputs: Int

  init(_ binding: Binding, _ operation: ConvolutionWeightGradient) throws(RuntimeError) {
    let (result, image) = (binding.inputs[0].shape, binding.inputs[1].shape)
    places = TapPlaces(
      operation.convolution, image: image, weight: binding.shape, result: result)
    (dy, x) = (try binding.operand(0), try binding.operand(1))
    product = RowProduct(isa: binding.isa)
    outputs = result[3]
  }

  var scratchCount: Int { RowProduct.scratchCount(outputs: outputs, columns: x.columns) }

  /// A range of the batch's rows of the gradient, for a range of its channels.
  ///
  /// - Parameter sum: `[outputs, kh · kw, in]`; its rows of the range are written.
  func multiply(
    _ frame: Frame, _ rows: Range<Int>, _ outputs: Range<Int>,
    to sum: UnsafeMutablePointer<Float>
  ) {
    let taps = places.kernelHeight * places.kernelWidth
    let stride = taps * x.columns
    let target = unsafe sum + outputs.lowerBound * stride
    unsafe target.update(repeating: 0, count: outputs.count * stride)
    for tap in 0..<taps {
      let (ky, kx) = (tap / places.kernelWidth, tap % places.kernelWidth)
      let (inside, columns) = (places.rows(ky), places.columns(kx))
      if columns.isEmpty { continue }
      let isWhole = columns.count == places.resultWidth
      rows.eachImage(height: places.resultHeight) { image, rows in
        let rows = rows.clamped(to: inside)
        let step = isWhole ? max(rows.count, 1) : 1
        for row in Swift.stride(from: rows.lowerBound, to: rows.upperBound, by: step) {
          let pixel = (image * places.imageHeight + places.imageRow(row, ky)) * places.imageWidth
          let result = (image * places.resultHeight + row) * places.resultWidth
          unsafe add(
            frame, rows: step, columns: columns.count,
            image: pixel + places.imageColumn(columns.lowerBound, kx),
            result: result + columns.lowerBound, outputs, to: target + tap * x.columns,
            stride: stride)
        }
      }
    }
  }

  /// Adds the product of some rows of gradients, from pixel `result` on, and of those of the image
  /// from pixel `image` on.
  private func add(
    _ frame: Frame, rows: Int, columns: Int, image: Int, result: Int, _ outputs: Range<Int>,
    to sum: UnsafeMutablePointer<Float>, stride: Int
  ) {
    let pixels = unsafe ek_rows(
      at: x.pointer(frame, row: image), stride: Int64(places.stride * x.stride),
      group: Int64(columns),
      group_stride: Int64(places.stride * places.imageWidth * x.stride))
    unsafe product.run(
      (outputs.count, x.columns, rows * columns),
      dy.pointer(frame, row: result) + outputs.lowerBound, stride: dy.stride, pixels, to: sum,
      stride: stride, accumulating: true, scratch: frame.scratch)
  }
}
