import CEdgeCodecs

extension EncodedImage {
  func decodedJPEG() throws(ImageError) -> Image {
    let (width, height) = try jpegSize()
    return try decodedJPEG(
      width: width, height: height, eighths: 8,
      part: PixelWindow(x: 0, y: 0, width: width, height: height))
  }

  /// A part of the picture at `eighths` / 8 of its size, computed from fewer coefficients.
  ///
  /// - Parameters:
  ///   - width: as in the header, like `height`.
  ///   - eighths: 1 to 8. Of these, 1, 2, 4 and 8 are fast.
  ///   - part: within the reduced picture, whose sides are rounded up.
  func decodedJPEG(
    width: Int, height: Int, eighths: Int, part: PixelWindow
  ) throws(ImageError) -> Image {
    precondition((1...8).contains(eighths), "\(eighths) / 8")
    precondition(part.x >= 0 && part.y >= 0 && part.width > 0 && part.height > 0, "\(part)")
    try checkSize(width: width, height: height)
    var call = CodecCall()
    var request = edge_jpeg_part(
      eighths: UInt32(eighths), x: UInt32(part.x), y: UInt32(part.y), width: UInt32(part.width),
      height: UInt32(part.height))
    let count = part.width * part.height * 3
    let pixels = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      call.status = unsafe edge_jpeg_decode(
        bytes, bytes.count, UInt32(width), UInt32(height), &request, buffer.baseAddress,
        &call.message)
      filled = call.status == EDGE_IMAGE_OK ? count : 0
    }
    try call.check(self, width: part.width, height: part.height)
    return Image(width: part.width, height: part.height, pixels: pixels)
  }

  func jpegSize() throws(ImageError) -> (width: Int, height: Int) {
    var call = CodecCall()
    var width: UInt32 = 0
    var height: UInt32 = 0
    call.status = unsafe edge_jpeg_size(
      bytes, bytes.count, &width, &height, &call.message)
    try call.check(self)
    return (Int(width), Int(height))
  }
}
