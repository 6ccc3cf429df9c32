import EdgeBoxes

/// An annotation file of Pascal VOC's detection sets (the development kit's `annotation` element).
/// The boxes of an object's parts are passed over.
struct VOCAnnotation: Sendable {
  struct Object: Sendable {
    let name: String
    let isDifficult: Bool
    /// From pixel to pixel, the last one not included, counted from 0.
    let box: Box
    let line: Int
    var isDefective = false
  }

  /// The data set that it says it is of, such as `VOC2012`.
  let folder: String
  let size: (width: Int, height: Int)?
  private(set) var objects: [Object] = []
  /// Lines and reasons.
  private(set) var defects: [(line: Int, reason: String)] = []

  init(_ root: MarkupElement) {
    folder = root["folder"]?.value ?? ""
    size = Self.size(root["size"])
    for element in root.children where element.name == "object" {
      do throws(BoxDefect) {
        var object = try Self.object(element)
        if let defect = object.box.defect(in: size) {
          defects.append((element.line, defect.reason))
          object.isDefective = true
        }
        objects.append(object)
      } catch {
        defects.append((element.line, error.reason))
      }
    }
  }

  private static func size(_ element: MarkupElement?) -> (width: Int, height: Int)? {
    guard let element, let width = element["width"].flatMap({ Int($0.value) }),
      let height = element["height"].flatMap({ Int($0.value) }), width > 0, height > 0
    else { return nil }
    return (width, height)
  }

  private static func object(_ element: MarkupElement) throws(BoxDefect) -> Object {
    guard let name = element["name"]?.value, !name.isEmpty else {
      throw BoxDefect(reason: "an object without a name")
    }
    guard let corners = element["bndbox"] else {
      throw BoxDefect(reason: "an object without a bndbox")
    }
    // The files count pixels from 1 and name the last one that belongs to the object.
    let box = Box(
      left: try number("xmin", in: corners) - 1, top: try number("ymin", in: corners) - 1,
      right: try number("xmax", in: corners), bottom: try number("ymax", in: corners))
    return Object(
      name: name, isDifficult: element["difficult"]?.value == "1",
      box: box, line: element.line)
  }

  private static func number(
    _ name: String, in element: MarkupElement
  ) throws(BoxDefect) -> Double {
    guard let text = element[name]?.value, let number = Double(text), number.isFinite else {
      throw BoxDefect(reason: "a bndbox whose \(name) is no number")
    }
    return number
  }
}

extension MarkupElement {
  fileprivate var value: String { trimmed(text) }
}
