import CEdgeCodecs

extension EncodedImage {
  /// The picture, or the first frame of an animation on its transparent (black) canvas.
  func decodedWebP() throws(ImageError) -> Image {
    let header = try webpHeader(bytes[...])
    try checkSize(width: header.width, height: header.height)
    let container = RIFFContainer(bytes)
    guard container.isComplete else { throw truncated("the file is shorter than it states") }
    guard header.animated else { return try decodedFrame(bytes[...]) }
    guard let frame = container.firstFrame() else { throw corrupt("an animation without frames") }
    let picture = try decodedFrame(frame.bitstream)
    guard frame.x + picture.width <= header.width, frame.y + picture.height <= header.height else {
      throw corrupt("the first frame lies outside the canvas")
    }
    return picture.placed(
      x: frame.x, y: frame.y, onBlackOf: (width: header.width, height: header.height))
  }

  private func decodedFrame(_ data: ArraySlice<UInt8>) throws(ImageError) -> Image {
    let header = try webpHeader(data)
    let (width, height) = (header.width, header.height)
    try checkSize(width: width, height: height)
    var call = CodecCall()
    let count = width * height * 3
    let pixels = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      call.status = unsafe data.withUnsafeBufferPointer { data in
        unsafe edge_webp_decode(
          data.baseAddress, data.count, UInt32(width), UInt32(height), buffer.baseAddress,
          &call.message)
      }
      filled = call.status == EDGE_IMAGE_OK ? count : 0
    }
    try call.check(self, width: width, height: height)
    return Image(width: width, height: height, pixels: pixels)
  }

  private func webpHeader(
    _ data: ArraySlice<UInt8>
  ) throws(ImageError) -> (width: Int, height: Int, animated: Bool) {
    var call = CodecCall()
    var width: UInt32 = 0
    var height: UInt32 = 0
    var animated: Int32 = 0
    call.status = unsafe data.withUnsafeBufferPointer { data in
      unsafe edge_webp_size(
        data.baseAddress, data.count, &width, &height, &animated, &call.message)
    }
    try call.check(self)
    return (Int(width), Int(height), animated != 0)
  }
}
