import Foundation
import TestSupport

extension TemporaryFolder {
  /// A small data set that can be learned: colored noise, every class of another color.
  ///
  /// - Returns: the folder, with `train` and `val` in it.
  borrowing func pictures(
    _ name: String = "data", classes: [String] = ["blue", "green", "red"], training: Int = 12,
    validation: Int = 4
  ) throws -> String {
    var rng = SplitMix64(seed: 41)
    for (label, className) in classes.enumerated() {
      for (part, count) in [("train", training), ("val", validation)] {
        let folder = self("\(name)/\(part)/\(className)")
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
        for index in 0..<count {
          let png = noisePNG(channel: label % 3, side: 40, using: &rng)
          try Data(png).write(to: URL(filePath: "\(folder)/\(index).png"))
        }
      }
    }
    return self(name)
  }
}

/// A square picture of noise that is lighter in one channel.
private func noisePNG(
  channel: Int, side: Int, using rng: inout SplitMix64
) -> [UInt8] {
  let pixels = (0..<3 * side * side).map { index in
    UInt8.random(in: index % 3 == channel ? 90...255 : 0...165, using: &rng)
  }
  return storedPNG(width: side, height: side, channels: 3, pixels: pixels)
}

/// A PNG file of 8-bit gray or RGB, as one stored deflate block.
///
/// - Precondition: rows with a byte more each have less than 65,536 bytes.
func storedPNG(width: Int, height: Int, channels: Int, pixels: [UInt8]) -> [UInt8] {
  let row = width * channels
  let raw = (0..<height).flatMap { line -> [UInt8] in
    [0] + pixels[line * row..<(line + 1) * row]
  }
  let count = UInt16(raw.count)
  let sums = raw.reduce((a: UInt32(1), b: UInt32(0))) { sums, byte in
    let a = (sums.a + UInt32(byte)) % 65521
    return (a, (sums.b + a) % 65521)
  }
  let lengths = [count & 255, count >> 8, ~count & 255, ~count >> 8].map { UInt8($0) }
  let data = [0x78, 0x01, 1] + lengths + raw + bigEndian(sums.b << 16 | sums.a)
  let color: UInt8 = channels == 3 ? 2 : 0
  let header = bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [8, color, 0, 0, 0]
  return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header)
    + chunk("IDAT", data) + chunk("IEND", [])
}

private func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
  let body = Array(type.utf8) + content
  let crc = ~body.reduce(~UInt32(0)) { crc, byte in
    (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in
      value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0)
    }
  }
  return bigEndian(UInt32(content.count)) + body + bigEndian(crc)
}

private func bigEndian(_ value: UInt32) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
}
