import CEdgeCodecs

extension EncodedImage {
  func decodedPNG() throws(ImageError) -> Image {
    let (width, height) = try pngSize()
    try checkSize(width: width, height: height)
    var call = CodecCall()
    let count = width * height * 3
    let pixels = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      call.status = unsafe edge_png_decode(
        bytes, bytes.count, UInt32(width), UInt32(height), buffer.baseAddress, &call.message)
      filled = call.status == EDGE_IMAGE_OK ? count : 0
    }
    try call.check(self, width: width, height: height)
    return Image(width: width, height: height, pixels: pixels)
  }

  /// The numbers in the file, without making colors of them.
  func decodedPNGIndices() throws(ImageError) -> Mask {
    let (width, height) = try pngSize()
    try checkSize(width: width, height: height)
    var call = CodecCall()
    let count = width * height
    let labels = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      call.status = unsafe edge_png_decode_indices(
        bytes, bytes.count, UInt32(width), UInt32(height), buffer.baseAddress, &call.message)
      filled = call.status == EDGE_IMAGE_OK ? count : 0
    }
    try call.check(self, width: width, height: height)
    return Mask(width: width, height: height, labels: labels)
  }

  private func pngSize() throws(ImageError) -> (width: Int, height: Int) {
    var call = CodecCall()
    var width: UInt32 = 0
    var height: UInt32 = 0
    call.status = unsafe edge_png_size(
      bytes, bytes.count, &width, &height, &call.message)
    try call.check(self)
    return (Int(width), Int(height))
  }
}
