import Foundation
import TestSupport

extension TemporaryFolder {
  /// Makes folders of pictures: `parts` such as `train`, in each of them a folder for each class, in
  /// each of these the same two pictures.
  ///
  /// - Returns: the path.
  func dataset(_ parts: [String], classes: [String] = ["ant", "bee"]) throws -> String {
    let pictures = ["rgb8.png", "baseline_444.jpg"].map { Repository.golden("images/\($0)").path }
    let root = self("pictures")
    for part in parts {
      for name in classes {
        let folder = "\(root)/\(part)/\(name)"
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
        for (index, picture) in pictures.enumerated() {
          let end = URL(filePath: picture).pathExtension
          try FileManager.default.copyItem(atPath: picture, toPath: "\(folder)/\(index).\(end)")
        }
      }
    }
    return root
  }

  /// Width and height that the header of a PNG file tells; empty where it is none.
  func pngSize(_ name: String) throws -> [Int] {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: self(name))).prefix(24))
    let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]
    guard bytes.count == 24, bytes.starts(with: signature) else { return [] }
    return [16, 20].map { start in bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
  }

  /// Settings under which no font is found.
  func withoutFonts() throws -> [String: String] {
    ["FONTCONFIG_FILE": try file("fonts.conf", "<fontconfig></fontconfig>".utf8)]
  }
}
