import Foundation
import TestSupport

/// A picture of 64 by 64 pixels with a rectangle of one color on gray noise.
struct RectanglePicture {
  static let side = 64
  let label: Int
  /// Left, top, width and height.
  let box: [Int]
  let pixels: [UInt8]

  /// - Parameter label: 0 for red, 1 for green.
  init(label: Int, using rng: inout SplitMix64) {
    let side = Self.side
    self.label = label
    let x = Int.random(in: 0...side / 2, using: &rng)
    let y = Int.random(in: 0...side / 2, using: &rng)
    box = [x, y, side / 2 - 8, side / 2]
    var pixels = (0..<3 * side * side).map { _ in UInt8.random(in: 90...150, using: &rng) }
    for row in y..<y + box[3] {
      for column in x..<x + box[2] {
        for channel in 0..<3 {
          pixels[3 * (row * side + column) + channel] = channel == label ? 250 : 10
        }
      }
    }
    self.pixels = pixels
  }

  var png: [UInt8] {
    storedPNG(width: Self.side, height: Self.side, channels: 3, pixels: pixels)
  }

  /// 0 outside of the rectangle, label + 1 in it.
  var mask: [UInt8] {
    let side = Self.side
    var labels = [UInt8](repeating: 0, count: side * side)
    for row in box[1]..<box[1] + box[3] {
      for column in box[0]..<box[0] + box[2] { labels[row * side + column] = UInt8(label + 1) }
    }
    return storedPNG(width: side, height: side, channels: 1, pixels: labels)
  }
}

extension TemporaryFolder {
  private borrowing func place(_ name: String, _ bytes: [UInt8]) throws {
    let url = URL(filePath: self(name))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  private borrowing func rectangles(_ count: Int, _ part: String) -> [RectanglePicture] {
    var rng = SplitMix64(seed: part == "train" ? 5 : 6)
    return (0..<count).map { RectanglePicture(label: $0 % 2, using: &rng) }
  }

  /// A detection set in COCO's layout; categories are `red` (3) and `green` (7).
  ///
  /// - Parameter defects: how many annotations of the training part have no area.
  borrowing func boxes(
    _ name: String = "boxes", training: Int = 8, validation: Int = 4, defects: Int = 0
  ) throws -> String {
    for (part, count) in [("train", training), ("val", validation)] {
      var images: [String] = []
      var annotations: [String] = []
      for (index, picture) in rectangles(count, part).enumerated() {
        try place("\(name)/\(part)/\(index).png", picture.png)
        images.append(
          #"{"id":\#(100 + index),"file_name":"\#(index).png","width":64,"height":64}"#)
        let category = picture.label == 0 ? 3 : 7
        annotations.append(
          #"{"id":\#(index + 1),"image_id":\#(100 + index),"category_id":\#(category),"#
            + #""bbox":\#(picture.box),"area":\#(picture.box[2] * picture.box[3]),"iscrowd":0}"#)
      }
      for index in 0..<(part == "train" ? defects : 0) {
        annotations.append(
          #"{"id":\#(1000 + index),"image_id":100,"category_id":3,"bbox":[5,5,0,4],"#
            + #""area":0,"iscrowd":0}"#)
      }
      let json =
        #"{"images":[\#(images.joined(separator: ","))],"#
        + #""annotations":[\#(annotations.joined(separator: ","))],"#
        + #""categories":[{"id":3,"name":"red"},{"id":7,"name":"green"}]}"#
      try place("\(name)/\(part).json", Array(json.utf8))
    }
    return self(name)
  }

  /// A segmentation set of the classes `background`, `red` and `green`.
  borrowing func masks(
    _ name: String = "masks", training: Int = 8, validation: Int = 4
  ) throws -> String {
    for (part, count) in [("train", training), ("val", validation)] {
      for (index, picture) in rectangles(count, part).enumerated() {
        try place("\(name)/\(part)/images/\(index).png", picture.png)
        try place("\(name)/\(part)/masks/\(index).png", picture.mask)
      }
    }
    try place("\(name)/classes.txt", Array("background\nred\ngreen\n".utf8))
    return self(name)
  }
}
