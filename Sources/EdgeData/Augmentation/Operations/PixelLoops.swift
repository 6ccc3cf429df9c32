/// The loops over bytes that several operations share.
///
/// This file and ``AffineSampler`` hold the operations' only unsafe constructs: look-ups without
/// bounds checks, each of which is shown to be inside. With checks the compiler doesn't make
/// vectors of them.
enum PixelLoops {
  /// Replaces every byte by its value in a channel's table.
  ///
  /// - Precondition: there are three tables of 256 elements, and `pixels` holds whole pixels.
  static func look(up tables: [[UInt8]], in pixels: inout [UInt8]) {
    checkTables(tables)
    precondition(pixels.count % 3 == 0, "\(pixels.count) bytes aren't pixels of 3 channels")
    let (first, second, third) = (tables[0], tables[1], tables[2])
    let red = first.span
    let green = second.span
    let blue = third.span
    var bytes = pixels.mutableSpan
    for start in stride(from: 0, to: bytes.count, by: 3) {
      // Safe: the count is a multiple of 3, and a byte is below the tables' 256 elements.
      unsafe bytes[unchecked: start] = red[unchecked: Int(bytes[unchecked: start])]
      unsafe bytes[unchecked: start + 1] = green[unchecked: Int(bytes[unchecked: start + 1])]
      unsafe bytes[unchecked: start + 2] = blue[unchecked: Int(bytes[unchecked: start + 2])]
    }
  }

  /// Writes the value of every byte in a channel's table; `order` tells which channel of a pixel
  /// comes first, second and third.
  ///
  /// - Precondition: `output` has as many elements as `pixels`, whole pixels; three tables of 256.
  static func write(
    _ pixels: [UInt8], through tables: [[Float]], order: [Int],
    into output: inout MutableSpan<Float>
  ) {
    checkTables(tables)
    precondition(output.count == pixels.count && pixels.count % 3 == 0)
    precondition(order.sorted() == [0, 1, 2], "the channels' order is \(order)")
    let bytes = pixels.span
    for (place, channel) in order.enumerated() {
      let values = tables[channel]
      let table = values.span
      for start in stride(from: 0, to: bytes.count, by: 3) {
        // Safe: as above; `place` and `channel` are below 3.
        unsafe output[unchecked: start + place] =
          table[unchecked: Int(bytes[unchecked: start + channel])]
      }
    }
  }

  /// How often each byte occurs in each channel.
  static func histograms(of pixels: [UInt8]) -> [[Int]] {
    precondition(pixels.count % 3 == 0, "\(pixels.count) bytes aren't pixels of 3 channels")
    var counts = [Int](repeating: 0, count: 768)
    var target = counts.mutableSpan
    let bytes = pixels.span
    for start in stride(from: 0, to: bytes.count, by: 3) {
      // Safe: a byte is below 256, so that the last index is below 768.
      unsafe target[unchecked: Int(bytes[unchecked: start])] &+= 1
      unsafe target[unchecked: 256 &+ Int(bytes[unchecked: start + 1])] &+= 1
      unsafe target[unchecked: 512 &+ Int(bytes[unchecked: start + 2])] &+= 1
    }
    return (0..<3).map { Array(counts[256 * $0..<256 * $0 + 256]) }
  }

  /// The brightness of every pixel, as Pillow's `convert("L")`: ITU-R 601-2 in 16 fraction bits.
  static func luma(of pixels: [UInt8]) -> [UInt8] {
    precondition(pixels.count % 3 == 0, "\(pixels.count) bytes aren't pixels of 3 channels")
    var result = [UInt8](repeating: 0, count: pixels.count / 3)
    var target = result.mutableSpan
    let bytes = pixels.span
    for index in target.indices {
      // Safe: the index is below a third of the count.
      let red = unsafe UInt32(bytes[unchecked: 3 &* index])
      let green = unsafe UInt32(bytes[unchecked: 3 &* index &+ 1])
      let blue = unsafe UInt32(bytes[unchecked: 3 &* index &+ 2])
      let sum = red &* 19595 &+ green &* 38470 &+ blue &* 7471 &+ 0x8000
      unsafe target[unchecked: index] = UInt8(truncatingIfNeeded: sum >> 16)
    }
    return result
  }

  /// Moves every byte away from, or nearer to, the same byte of `other`: `other` at a factor of 0,
  /// unchanged at 1.
  ///
  /// - Precondition: both have the same count.
  static func blend(_ other: [UInt8], into pixels: inout [UInt8], factor: Float) {
    precondition(other.count == pixels.count, "\(other.count) and \(pixels.count) bytes")
    let other = other.span
    var bytes = pixels.mutableSpan
    for index in other.indices {
      // Safe: both counts are the same.
      unsafe bytes[unchecked: index] = blended(
        other[unchecked: index], bytes[unchecked: index], factor)
    }
  }

  /// Like ``blend(_:into:factor:)`` with one byte of `other` for the three of a pixel.
  static func blend(perPixel other: [UInt8], into pixels: inout [UInt8], factor: Float) {
    precondition(3 * other.count == pixels.count, "\(other.count) and \(pixels.count) bytes")
    let other = other.span
    var bytes = pixels.mutableSpan
    for index in other.indices {
      // Safe: there are three times as many bytes.
      let from = unsafe other[unchecked: index]
      let start = 3 &* index
      unsafe bytes[unchecked: start] = blended(from, bytes[unchecked: start], factor)
      unsafe bytes[unchecked: start &+ 1] = blended(from, bytes[unchecked: start &+ 1], factor)
      unsafe bytes[unchecked: start &+ 2] = blended(from, bytes[unchecked: start &+ 2], factor)
    }
  }

  /// `from + factor * (to - from)` in float32, cut off at the ends, its fraction dropped: Pillow's
  /// `blend` (src/libImaging/Blend.c), to the last bit.
  @inline(__always)
  static func blended(_ from: UInt8, _ to: UInt8, _ factor: Float) -> UInt8 {
    let difference = Float(Int32(to) &- Int32(from))
    var value = Float(from) + factor * difference
    value = value < 0 ? 0 : value
    value = value > 255 ? 255 : value
    // A conversion that can't trap: 2²³ and more have no fraction bits.
    let nearest = (value + 0x1p23) - 0x1p23
    let whole = nearest > value ? nearest - 1 : nearest
    return UInt8(truncatingIfNeeded: (whole + 0x1p23).bitPattern)
  }

  /// What Pillow's `SMOOTH` filter makes of a picture: the weights 1, 1, 1; 1, 5, 1; 1, 1, 1 over
  /// 13, rounded. The pixels at the edges are as they were.
  ///
  /// Pillow sums in float32; the sums are whole, and no quotient is nearer to a half than 1/26, so
  /// that whole numbers give the same.
  ///
  /// - Precondition: `rowBytes` divides the count.
  static func smooth(_ pixels: [UInt8], rowBytes: Int) -> [UInt8] {
    precondition(rowBytes > 0 && pixels.count % rowBytes == 0, "\(pixels.count) \(rowBytes)")
    var result = pixels
    var output = result.mutableSpan
    let bytes = pixels.span
    guard rowBytes > 6 else { return result }
    for row in stride(from: rowBytes, to: bytes.count - rowBytes, by: rowBytes) {
      for index in row &+ 3..<row &+ rowBytes &- 3 {
        // Safe: a row is above and one below, three bytes are on either side.
        let middle = unsafe UInt32(bytes[unchecked: index])
        let sum =
          unsafe 4 &* middle &+ threes(bytes, at: index &- rowBytes)
          &+ threes(bytes, at: index) &+ threes(bytes, at: index &+ rowBytes)
        // (2 sum + 13) / 26; 2²⁰ / 26 = 40329.8, and sums are below 3316.
        let quotient = ((2 &* sum &+ 13) &* 40330) >> 20
        unsafe output[unchecked: index] = UInt8(truncatingIfNeeded: quotient)
      }
    }
    return result
  }

  /// The sum of a byte and those of its neighbors in the row, which must exist.
  @unsafe @inline(__always)
  private static func threes(_ bytes: Span<UInt8>, at index: Int) -> UInt32 {
    unsafe UInt32(bytes[unchecked: index &- 3]) &+ UInt32(bytes[unchecked: index])
      &+ UInt32(bytes[unchecked: index &+ 3])
  }

  private static func checkTables<Value>(_ tables: [[Value]]) {
    precondition(
      tables.count == 3 && tables.allSatisfy { $0.count == 256 },
      "expected 3 tables of 256 elements")
  }
}
