import FoundationEssentials

@testable import EdgeData

/// A COCO annotation file, entry by entry.
struct COCOBuilder {
  var images: [String] = []
  var annotations: [String] = []
  var categories = [#"{"id": 7, "name": "dog"}"#, #"{"id": 3, "name": "cat"}"#]

  mutating func picture(_ id: Int, _ file: String, width: Int = 20, height: Int = 10) {
    images.append(
      #"{"id": \#(id), "file_name": "\#(file)", "width": \#(width), "height": \#(height)}"#)
  }

  mutating func object(
    _ id: Int, in picture: Int, _ box: [Double], category: Int = 3, more: String = ""
  ) {
    annotations.append(
      #"{"id": \#(id), "image_id": \#(picture), "category_id": \#(category), "bbox": \#(box)"#
        + more + "}")
  }

  var bytes: [UInt8] {
    func list(_ entries: [String]) -> String { "[" + entries.joined(separator: ", ") + "]" }
    return Array(
      (#"{"info": {"year": 2017}, "images": "# + list(images) + #", "annotations": "#
        + list(annotations) + #", "categories": "# + list(categories) + "}").utf8)
  }
}

/// An annotation file of Pascal VOC.
///
/// - Parameter objects: names, corners as in the file, and what else an object has.
func vocXML(
  folder: String = "set", size: (Int, Int)? = (20, 10),
  _ objects: [(name: String, corners: [Int], more: String)]
) -> [UInt8] {
  var lines = ["<annotation>", "<folder>\(folder)</folder>"]
  if let size {
    lines.append("<size><width>\(size.0)</width><height>\(size.1)</height></size>")
  }
  for object in objects {
    let names = ["xmin", "ymin", "xmax", "ymax"]
    let corners = zip(names, object.corners).map { "<\($0)>\($1)</\($0)>" }.joined()
    lines.append(
      "<object><name>\(object.name)</name>\(object.more)<bndbox>\(corners)</bndbox></object>")
  }
  return Array((lines + ["</annotation>"]).joined(separator: "\n").utf8)
}
