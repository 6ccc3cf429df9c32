import CEdgeCodecs

/// One call of a codec: takes its message and makes its status an error.
struct CodecCall {
  var message = [CChar](repeating: 0, count: Int(EDGE_IMAGE_MESSAGE))
  var status = EDGE_IMAGE_OK

  func check(_ source: EncodedImage, width: Int = 0, height: Int = 0) throws(ImageError) {
    guard status != EDGE_IMAGE_OK else { return }
    let text = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let reason = String(decoding: text, as: UTF8.self)
    switch status {
    case EDGE_IMAGE_TRUNCATED: throw source.truncated(reason)
    case EDGE_IMAGE_OUT_OF_MEMORY:
      throw .outOfMemory(file: source.name, width: width, height: height)
    case EDGE_IMAGE_UNSUPPORTED:
      throw .unsupportedFeature(
        file: source.name, format: source.format.rawValue, reason: reason)
    default: throw source.corrupt(reason)
    }
  }
}
