import EdgeGraph

/// Which pixels of an image the taps of a convolution read, for which pixels of the result. What lies
/// in the padding has none.
struct TapPlaces {
  let imageHeight, imageWidth, resultHeight, resultWidth: Int
  let kernelHeight, kernelWidth: Int
  let stride: Int
  private let padding, dilation: Int

  init(_ convolution: Convolution, image: Shape, weight: Shape, result: Shape) {
    (imageHeight, imageWidth) = (image[1], image[2])
    (resultHeight, resultWidth) = (result[1], result[2])
    (kernelHeight, kernelWidth) = (weight[2], weight[3])
    (stride, padding, dilation) = (convolution.stride, convolution.padding, convolution.dilation)
  }

  /// The place that a tap reads for the first pixel of the result.
  private func offset(_ tap: Int) -> Int { tap * dilation - padding }

  private func reached(_ tap: Int, image: Int, result: Int) -> Range<Int> {
    let offset = offset(tap)
    let first = offset < 0 ? (-offset + stride - 1) / stride : 0
    let end = offset < image ? min((image - 1 - offset) / stride + 1, result) : 0
    return first..<max(first, end)
  }

  /// The rows of the result for which row `ky` of the kernel reads a row of the image.
  func rows(_ ky: Int) -> Range<Int> { reached(ky, image: imageHeight, result: resultHeight) }

  /// The columns of the result for which column `kx` of the kernel reads a column of the image.
  func columns(_ kx: Int) -> Range<Int> { reached(kx, image: imageWidth, result: resultWidth) }

  /// The row of the image that row `ky` of the kernel reads for a row of the result.
  func imageRow(_ row: Int, _ ky: Int) -> Int { row * stride + offset(ky) }

  /// The column of the image that column `kx` of the kernel reads for a column of the result.
  func imageColumn(_ column: Int, _ kx: Int) -> Int { column * stride + offset(kx) }

  /// The row of the result for which row `ky` of the kernel reads a row of the image.
  func resultRow(_ row: Int, _ ky: Int) -> Int? {
    let place = row - offset(ky)
    guard place >= 0, place % stride == 0, place / stride < resultHeight else { return nil }
    return place / stride
  }
}
