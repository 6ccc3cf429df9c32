import FoundationEssentials

/// What a COCO annotation file of instances holds; other entries, such as outlines, are passed over.
struct COCOFile: Decodable {
  struct Picture: Decodable {
    let id: Int
    let fileName: String
    let width, height: Int?

    enum CodingKeys: String, CodingKey {
      case id, width, height
      case fileName = "file_name"
    }
  }

  struct Annotation: Decodable {
    let id: Int?
    let pictureID, categoryID: Int
    /// Left, top, width and height.
    let box: [Double]
    let area: Double?
    let isCrowd: Int?

    enum CodingKeys: String, CodingKey {
      case id, area
      case pictureID = "image_id"
      case categoryID = "category_id"
      case box = "bbox"
      case isCrowd = "iscrowd"
    }
  }

  struct Category: Decodable {
    let id: Int
    let name: String
  }

  let images: [Picture]
  let annotations: [Annotation]
  let categories: [Category]

  /// More than twice COCO's own.
  private static let byteLimit = 1 << 30

  init(_ path: String) throws(DatasetError) {
    let text = OutlineFilter.withoutOutlines(
      try OpenFile.contents(path, limit: Self.byteLimit))
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(text))
    } catch let error as DecodingError {
      throw error.inFile(path)
    } catch {
      throw .malformed(
        path: path, place: "the file", expected: "JSON", found: String(describing: error))
    }
  }
}

extension DecodingError {
  /// Where in a file what was found instead of what.
  fileprivate func inFile(_ path: String) -> DatasetError {
    func malformed(_ keys: [any CodingKey], _ expected: String, _ found: String) -> DatasetError {
      .malformed(path: path, place: Self.place(keys), expected: expected, found: found)
    }
    return switch self {
    case .keyNotFound(let key, let context):
      malformed(context.codingPath + [key], "a value", "none")
    case .valueNotFound(let type, let context): malformed(context.codingPath, "\(type)", "null")
    case .typeMismatch(let type, let context):
      malformed(context.codingPath, "\(type)", "another kind of value")
    case .dataCorrupted(let context):
      malformed(context.codingPath, "valid JSON", "something else")
    @unknown default: malformed([], "valid JSON", "something else")
    }
  }

  /// As in JavaScript: `annotations[12].bbox`.
  private static func place(_ keys: [any CodingKey]) -> String {
    let path = keys.reduce("") { path, key in
      if let index = key.intValue { return "\(path)[\(index)]" }
      return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
    }
    return path.isEmpty ? "the file" : path
  }
}
