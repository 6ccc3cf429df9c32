import EdgeData
import EdgePlot
import Testing

/// The pixels of a drawn file, by the package's own decoder.
struct DecodedPNG {
  let image: Image

  init(_ png: [UInt8]) throws {
    #expect(png.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    image = try Image(bytes: png, name: "chart")
  }

  init(_ chart: some Chart, scale: Double = 1) throws { try self.init(chart.png(scale: scale)) }

  var size: [Int] { [image.width, image.height] }

  func pixel(_ x: Int, _ y: Int) -> [UInt8] {
    Array(image.pixels[(y * image.width + x) * 3..<(y * image.width + x) * 3 + 3])
  }

  /// How many pixels of an area have this color, give or take `tolerance` in each channel.
  func count(_ color: UInt32, tolerance: Int = 6, x: Range<Int>? = nil, y: Range<Int>? = nil) -> Int
  {
    let wanted = [16, 8, 0].map { Int(color >> $0 & 0xFF) }
    var count = 0
    for row in y ?? 0..<image.height {
      for column in x ?? 0..<image.width {
        let found = pixel(column, row)
        let isEqual = zip(found, wanted).allSatisfy { abs(Int($0) - $1) <= tolerance }
        count += isEqual ? 1 : 0
      }
    }
    return count
  }

  /// The pixels that aren't white.
  var inkCount: Int { image.width * image.height - count(0xFFFFFF, tolerance: 0) }
}

/// The palette's first colors.
let blue: UInt32 = 0x0072B2
let vermilion: UInt32 = 0xD55E00
let green: UInt32 = 0x009E73
