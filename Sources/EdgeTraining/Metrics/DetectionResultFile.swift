import EdgeBoxes
import EdgeFormats

/// A file of detections as COCO's evaluation reads it: an array of
/// `{"image_id", "category_id", "bbox": [left, top, width, height], "score"}`.
///
/// Images are written as they come; the file appears under its name when it is complete. What was
/// there before stays until then.
public struct DetectionResultFile: ~Copyable {
  private var file: AtomicFile
  private var isEmpty = true

  /// - Throws: `FormatError` where the file can't be written, as all calls do.
  public init(_ path: String) throws(FormatError) {
    file = try AtomicFile(path)
  }

  /// Writes the detections in an image. Those whose box or score isn't finite are left out, as JSON
  /// has no such numbers.
  ///
  /// - Parameters:
  ///   - detections: in pixels.
  ///   - image: the data set's number of the image.
  ///   - categories: the data set's number of each label.
  /// - Precondition: every label has one.
  public mutating func append(
    _ detections: [Detection], image: Int, categories: [Int]
  ) throws(FormatError) {
    var text = ""
    for detection in detections {
      guard let line = Self.line(detection, image, categories) else { continue }
      text += (isEmpty ? "[\n" : ",\n") + line
      isEmpty = false
    }
    if !text.isEmpty { try file.write(Array(text.utf8)) }
  }

  /// Ends the file and gives it its name.
  public consuming func commit() throws(FormatError) {
    try file.write(Array((isEmpty ? "[]\n" : "\n]\n").utf8))
    try file.commit()
  }

  private static func line(_ detection: Detection, _ image: Int, _ categories: [Int]) -> String? {
    precondition(
      categories.indices.contains(detection.label),
      "label \(detection.label) of \(categories.count) categories")
    let box = detection.box
    let numbers = [box.left, box.top, box.width, box.height]
    guard numbers.allSatisfy(\.isFinite), detection.score.isFinite else { return nil }
    let members: [(String, JSONValue)] = [
      ("image_id", .integer(image)), ("category_id", .integer(categories[detection.label])),
      ("bbox", .array(numbers.map { .number($0) })), ("score", .number(detection.score)),
    ]
    return JSONValue.object(members.map { JSONValue.Member(name: $0.0, value: $0.1) }).description
  }
}
