/// What a file says about its picture. Damage here never fails a picture that decodes.
struct ImageMetadata {
  /// A TIFF structure, with or without `Exif\0\0` in front.
  var exif: [UInt8] = []
  var xmp: ArraySlice<UInt8> = []

  /// The orientation in EXIF; where EXIF has none, in XMP (as Pillow's `getexif`).
  var orientation: StoredOrientation {
    let value = exifOrientation(exif[...]) ?? xmpOrientation(xmp)
    return value.flatMap(StoredOrientation.init) ?? .upright
  }
}

extension ImageFormat {
  func metadata(of bytes: [UInt8]) -> ImageMetadata {
    switch self {
    case .jpeg: jpegMetadata(bytes[...])
    case .png: pngMetadata(bytes[...])
    case .webp: RIFFContainer(bytes).metadata()
    }
  }
}

/// APP1 segments up to the first scan; EXIF that was split over several is joined.
private func jpegMetadata(_ bytes: ArraySlice<UInt8>) -> ImageMetadata {
  let exifMark = Array("Exif\0\0".utf8)
  let xmpMark = Array("http://ns.adobe.com/xap/1.0/\0".utf8)
  var result = ImageMetadata()
  var offset = 2
  while let marker = bytes.integer(at: offset, size: 2, .bigEndian) {
    switch marker {
    case 0xFF01, 0xFFD0...0xFFD8: offset += 2
    case 0xFF02...0xFFFE:
      if marker == 0xFFDA || marker == 0xFFD9 { return result }
      guard let length = bytes.integer(at: offset + 2, size: 2, .bigEndian), length >= 2,
        let body = bytes.part(at: offset + 4, count: length - 2)
      else { return result }
      if marker == 0xFFE1 && body.starts(with: exifMark) {
        result.exif += result.exif.isEmpty ? body : body.dropFirst(exifMark.count)
      } else if marker == 0xFFE1 && body.starts(with: xmpMark) {
        result.xmp = body.dropFirst(xmpMark.count)
      }
      offset += 2 + length
    default: offset += 1  // padding and junk between segments
    }
  }
  return result
}

/// The `eXIf` chunk and uncompressed XMP, wherever they are.
private func pngMetadata(_ bytes: ArraySlice<UInt8>) -> ImageMetadata {
  var result = ImageMetadata()
  var offset = 8
  while let length = bytes.integer(at: offset, size: 4, .bigEndian),
    let type = bytes.part(at: offset + 4, count: 4),
    let body = bytes.part(at: offset + 8, count: length)
  {
    if type.elementsEqual("eXIf".utf8) { result.exif = Array(body) }
    if type.elementsEqual("iTXt".utf8) && body.starts(with: "XML:com.adobe.xmp\0".utf8) {
      result.xmp = body
    }
    offset += length + 12
  }
  return result
}
