/// What is wrong with a picture's header or its end; nil where nothing shows without decoding.
func encodedDefect(_ bytes: [UInt8], name: String) -> ImageError? {
  guard let format = ImageFormat(detecting: bytes) else {
    return .unsupportedFormat(file: name, found: ImageFormat.nameOfOther(bytes))
  }
  do throws(ImageError) {
    let (width, height) = try storedSize(bytes, name: name)
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, pixels <= Image.defaultPixelLimit else {
      return .tooLarge(file: name, width: width, height: height, limit: Image.defaultPixelLimit)
    }
  } catch {
    return error
  }
  guard let reason = format.missingEnd(of: bytes) else { return nil }
  return .truncated(file: name, format: format.rawValue, reason: reason)
}

/// The size that a picture's header states.
private func storedSize(
  _ bytes: [UInt8], name: String
) throws(ImageError) -> (width: Int, height: Int) {
  do throws(ImageError) {
    // No picture has so few pixels: decoding ends after the header, with the size that it states.
    let image = try Image(bytes: bytes, name: name, orientation: .stored, pixelLimit: 0)
    return (image.width, image.height)
  } catch {
    guard case .tooLarge(_, let width, let height, _) = error else { throw error }
    return (width, height)
  }
}

/// The size of the upright picture in a file's bytes, by its header.
func uprightSize(
  _ bytes: [UInt8], name: String
) throws(ImageError) -> (width: Int, height: Int) {
  let (width, height) = try storedSize(bytes, name: name)
  let orientation = ImageFormat(detecting: bytes)?.metadata(of: bytes).orientation ?? .upright
  return orientation.swapsAxes ? (height, width) : (width, height)
}

extension ImageFormat {
  fileprivate func missingEnd(of bytes: [UInt8]) -> String? {
    switch self {
    case .jpeg: jpegHasEnd(bytes) ? nil : "no end mark"
    case .png: pngHasWholeChunks(bytes[...]) ? nil : "the last chunk is incomplete"
    case .webp: RIFFContainer(bytes).isComplete ? nil : "the file is shorter than it states"
    }
  }
}

/// Whether an end mark follows the first scan's header. Compressed data has no byte pair like it;
/// the thumbnails in headers have. What cameras append after the mark is passed over from the end.
private func jpegHasEnd(_ bytes: [UInt8]) -> Bool {
  let endMark = 0xFFD9
  let all = bytes[...]
  guard let scan = jpegScanStart(all) else { return false }
  var position = bytes.count - 2
  while position >= scan {
    if all.integer(at: position, size: 2, .bigEndian) == endMark { return true }
    position -= 1
  }
  return false
}

/// The offset after the marker of the first scan.
private func jpegScanStart(_ bytes: ArraySlice<UInt8>) -> Int? {
  var offset = 2
  while let marker = bytes.integer(at: offset, size: 2, .bigEndian) {
    switch marker {
    case 0xFFDA: return offset + 2
    case 0xFF01, 0xFFD0...0xFFD9: offset += 2
    case 0xFF02...0xFFFE:
      guard let length = bytes.integer(at: offset + 2, size: 2, .bigEndian) else { return nil }
      offset += 2 + max(2, length)
    default: offset += 1  // padding between segments
    }
  }
  return nil
}

/// Whether every chunk that begins ends within the file; decoding needs no end chunk.
private func pngHasWholeChunks(_ bytes: ArraySlice<UInt8>) -> Bool {
  var offset = 8
  while let length = bytes.integer(at: offset, size: 4, .bigEndian) {
    let isEnd = bytes.part(at: offset + 4, count: 4)?.elementsEqual("IEND".utf8) ?? false
    offset += length + 12
    if isEnd { return true }
  }
  return offset == bytes.count
}
