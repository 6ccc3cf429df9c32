import EdgeData
import EdgeGraph
import FoundationEssentials
import TestSupport

/// A file of `Goldens/augmentation`.
func augmentationGoldens<Content: Decodable>(_ name: String, as type: Content.Type) throws
  -> Content
{
  let json = try Data(contentsOf: Repository.golden("augmentation/\(name).json"))
  return try JSONDecoder().decode(type, from: json)
}

/// The pictures of `Goldens/augmentation/make.py`, by the same formula.
func picture(_ name: String) -> Image {
  let (width, height) =
    switch name {
    case "noise": (24, 17)
    case "soft": (41, 30)
    case "plain": (5, 4)
    default: (9, 1)
    }
  let pixels = (0..<3 * width * height).map { index -> UInt8 in
    let channel = index % 3
    switch name {
    case "plain": return channel == 0 ? 200 : channel == 1 ? 31 : 90
    case "soft":
      let slope = 2 * (index / 3 % width) + 3 * (index / 3 / width)
      return UInt8(40 + slope + 20 * channel) + noise(index) % 8
    default: return noise(index)
    }
  }
  return Image(width: width, height: height, pixels: pixels)
}

/// The upper byte of splitmix64's number `index`.
func noise(_ index: Int) -> UInt8 {
  var z = (UInt64(index) + 1) &* 0x9E37_79B9_7F4A_7C15
  z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
  return UInt8((z ^ z >> 31) >> 56)
}

func stream(_ name: String = "test", step: Int = 0) -> RandomStream {
  RandomStream(seed: 7, step: step, name: name)
}
