import EdgeGraph

/// Reads a safetensors file: an 8-byte length, a JSON header of that length, the tensors' bytes.
///
/// Format: huggingface/safetensors, README.md. As there, the tensors must cover the bytes behind
/// the header exactly, without gaps or overlaps.
struct SafetensorsReader {
  /// The header's longest length, as in the reference implementation.
  static let headerLimit = 100_000_000

  let tensors: [(name: String, tensor: TensorData)]
  let metadata: [String: String]

  private let path: String

  /// Whether a file starts as a safetensors file does, complete or not.
  static func recognizes(_ file: ByteSlice) -> Bool {
    guard let length = file.load(at: 0, as: UInt64.self) else { return false }
    return length <= headerLimit && file.load(at: 8, as: UInt8.self) == UInt8(ascii: "{")
  }

  init(_ file: ByteSlice) throws(FormatError) {
    path = file.bytes.path
    guard let length = file.load(at: 0, as: UInt64.self).flatMap(Int.init(exactly:)),
      length <= Self.headerLimit, let header = file.array(at: 8, count: length),
      let content = file.slice(at: 8 + length, count: file.byteCount - 8 - length)
    else {
      throw .malformed(
        path: path, place: "header", expected: "a header within the file",
        found: "\(file.byteCount) bytes")
    }
    let members = try Self.members(header, path)
    metadata = try Self.metadata(members, path)
    var parts: [Part] = []
    parts.reserveCapacity(members.count)
    for member in members where member.name != "__metadata__" {
      parts.append(try Part(member, path))
    }
    try Self.checkLayout(parts, byteCount: content.byteCount, path)
    tensors = try Self.tensors(parts, content, path)
  }

  private static func members(
    _ header: [UInt8], _ path: String
  ) throws(FormatError) -> [JSONValue.Member] {
    let json: JSONValue
    do throws(JSONReader.Problem) {
      json = try JSONReader.read(header)
    } catch {
      throw .malformed(
        path: path, place: "header, byte \(8 + error.position)", expected: error.expected,
        found: "something else")
    }
    guard case .object(let members) = json else {
      throw .malformed(path: path, place: "header", expected: "an object", found: "other JSON")
    }
    var names: Set<String> = []
    for member in members where !names.insert(member.name).inserted {
      throw .duplicate(path: path, place: "header", name: member.name)
    }
    return members
  }

  private static func metadata(
    _ members: [JSONValue.Member], _ path: String
  ) throws(FormatError) -> [String: String] {
    guard let member = members.first(where: { $0.name == "__metadata__" }) else { return [:] }
    guard case .object(let entries) = member.value else {
      throw .malformed(
        path: path, place: "__metadata__", expected: "an object", found: "another value")
    }
    var metadata: [String: String] = [:]
    for entry in entries {
      guard let text = entry.value.text else {
        throw .malformed(
          path: path, place: "__metadata__", expected: "text for '\(entry.name)'",
          found: "another value")
      }
      guard metadata.updateValue(text, forKey: entry.name) == nil else {
        throw .duplicate(path: path, place: "__metadata__", name: entry.name)
      }
    }
    return metadata
  }

  private static func checkLayout(
    _ parts: [Part], byteCount: Int, _ path: String
  ) throws(FormatError) {
    var end = 0
    for part in parts.sorted(by: {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }) {
      guard part.range.lowerBound == end else {
        throw .malformed(
          path: path, place: "tensor '\(part.name)'", expected: "data from byte \(end)",
          found: "\(part.range.lowerBound)")
      }
      end = part.range.upperBound
    }
    guard end == byteCount else {
      throw .malformed(
        path: path, place: "data", expected: "\(end) bytes as the header says",
        found: "\(byteCount)")
    }
  }

  private static func tensors(
    _ parts: [Part], _ content: ByteSlice, _ path: String
  ) throws(FormatError) -> [(name: String, tensor: TensorData)] {
    var tensors: [(name: String, tensor: TensorData)] = []
    tensors.reserveCapacity(parts.count)
    for part in parts {
      guard let slice = content.slice(at: part.range.lowerBound, count: part.range.count) else {
        throw part.malformed(path, "data within the file", found: "\(part.range)")
      }
      tensors.append(
        (part.name, TensorData(shape: part.shape, dtype: part.dtype, storage: slice)))
    }
    return tensors
  }
}

/// One entry of the header.
private struct Part {
  let name: String
  let dtype: DType
  let shape: Shape
  let range: Range<Int>

  init(_ member: JSONValue.Member, _ path: String) throws(FormatError) {
    name = member.name
    let place = "tensor '\(member.name)'"
    guard let typeName = member.value["dtype"]?.text,
      let extents = member.value["shape"]?.array(of: \.integer),
      let offsets = member.value["data_offsets"]?.array(of: \.integer), offsets.count == 2
    else {
      throw .malformed(
        path: path, place: place, expected: "dtype, shape and data_offsets",
        found: "other members")
    }
    guard let dtype = DType(safetensorsName: typeName) else {
      throw .unsupported(
        path: path, place: place, feature: "the type \(typeName)",
        advice: "save the tensor as one of "
          + DType.allCases.map(\.safetensorsName).joined(separator: ", "))
    }
    guard extents.count <= 64, let shape = Shape(stored: extents) else {
      throw .malformed(
        path: path, place: place, expected: "a shape of at most 64 axes and 2^40 elements",
        found: "\(extents.prefix(64))")
    }
    guard 0 <= offsets[0], offsets[0] <= offsets[1],
      offsets[1] - offsets[0] == shape.count * dtype.byteSize
    else {
      throw .malformed(
        path: path, place: place, expected: "\(shape.count * dtype.byteSize) bytes for \(shape)",
        found: "data_offsets \(offsets)")
    }
    self.dtype = dtype
    self.shape = shape
    range = offsets[0]..<offsets[1]
  }

  func malformed(_ path: String, _ expected: String, found: String) -> FormatError {
    .malformed(path: path, place: "tensor '\(name)'", expected: expected, found: found)
  }
}
