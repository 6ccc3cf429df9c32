/// The orientation tag in the first directory of an EXIF structure, nil where there is none.
func exifOrientation(_ bytes: ArraySlice<UInt8>) -> Int? {
  let mark = Array("Exif\0\0".utf8)
  var tiff = bytes
  for _ in 0..<2 where tiff.starts(with: mark) { tiff = tiff.dropFirst(mark.count) }
  let order: ByteOrder
  if tiff.starts(with: "MM\0*".utf8) {
    order = .bigEndian
  } else if tiff.starts(with: "II*\0".utf8) {
    order = .littleEndian
  } else {
    return nil
  }
  guard let directory = tiff.integer(at: 4, size: 4, order),
    let count = tiff.integer(at: directory, size: 2, order)
  else { return nil }
  var result: Int?
  for index in 0..<count {  // at most 65,535; the last of equal tags counts
    let entry = directory + 2 + 12 * index
    guard let field = tiff.part(at: entry, count: 12) else { break }
    result = orientationValue(field, order) ?? result
  }
  return result
}

/// The value of a directory entry if it is an orientation: one integer of 2 or 4 bytes.
private func orientationValue(_ entry: ArraySlice<UInt8>, _ order: ByteOrder) -> Int? {
  let tag = 0x0112
  guard entry.integer(at: 0, size: 2, order) == tag,
    entry.integer(at: 4, size: 4, order) == 1
  else { return nil }
  switch entry.integer(at: 2, size: 2, order) {
  case 3, 8: return entry.integer(at: 8, size: 2, order)
  case 4, 9: return entry.integer(at: 8, size: 4, order)
  default: return nil
  }
}

/// The digit of `tiff:Orientation="6"` or `<tiff:Orientation>6<`.
func xmpOrientation(_ xmp: ArraySlice<UInt8>) -> Int? {
  let name = Array("tiff:Orientation".utf8)
  var rest = xmp
  while let start = rest.firstIndex(of: name[0]) {
    rest = rest[start...]
    if rest.starts(with: name) {
      let value = rest.dropFirst(name.count)
      let skipped = value.starts(with: "=\"".utf8) ? 2 : value.starts(with: ">".utf8) ? 1 : nil
      if let skipped, let digit = value.dropFirst(skipped).first, (0x30...0x39).contains(digit) {
        return Int(digit) - 0x30
      }
    }
    rest = rest.dropFirst()
  }
  return nil
}
