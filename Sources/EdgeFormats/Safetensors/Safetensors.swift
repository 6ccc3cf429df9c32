import EdgeGraph
import OrderedCollections

/// Writes safetensors files.
public enum Safetensors {
  /// Writes tensors in the order of the dictionary, and what describes them.
  ///
  /// The file appears whole or not at all: it is written under another name in the same folder,
  /// flushed to the disk and renamed. Tensors of wide elements come first, so that all are aligned;
  /// the header is padded to 8 bytes and says `format: pt`, as Hugging Face's library writes it.
  public static func write(
    _ tensors: OrderedDictionary<String, TensorData>, metadata: WeightsMetadata, to path: String
  ) throws(FormatError) {
    try write(tensors, texts: metadata.header, to: path)
  }

  /// Writes tensors with the texts of the header's `__metadata__`.
  package static func write(
    _ tensors: OrderedDictionary<String, TensorData>, texts: [String: String], to path: String
  ) throws(FormatError) {
    guard tensors["__metadata__"] == nil else {
      throw .unsupported(
        path: path, place: "tensor '__metadata__'", feature: "this name",
        advice: "rename the tensor")
    }
    let header = header(tensors, texts)
    let byteCount = tensors.values.reduce(header.count) { $0 + $1.storage.byteCount }
    var file = try AtomicFile(path, byteCount: byteCount)
    try file.write(header)
    for index in dataOrder(tensors) { try file.write(tensors.elements[index].value.storage) }
    try file.commit()
  }

  /// The tensors' numbers in the order of their bytes.
  private static func dataOrder(_ tensors: OrderedDictionary<String, TensorData>) -> [Int] {
    [8, 4, 2, 1].flatMap { size in
      tensors.values.indices.filter { tensors.values[$0].dtype.byteSize == size }
    }
  }

  private static func header(
    _ tensors: OrderedDictionary<String, TensorData>, _ metadata: [String: String]
  ) -> [UInt8] {
    var offsets = Array(repeating: 0, count: tensors.count)
    var end = 0
    for index in dataOrder(tensors) {
      offsets[index] = end
      end += tensors.values[index].storage.byteCount
    }
    let texts = metadata.merging(["format": "pt"]) { own, _ in own }.sorted { $0.key < $1.key }
    var members = [
      JSONValue.Member(
        name: "__metadata__",
        value: .object(texts.map { JSONValue.Member(name: $0.key, value: .string($0.value)) }))
    ]
    for ((name, tensor), offset) in zip(tensors, offsets) {
      members.append(JSONValue.Member(name: name, value: entry(tensor, offset)))
    }
    var json = Array(JSONValue.object(members).description.utf8)
    json += Array(repeating: UInt8(ascii: " "), count: -json.count & 7)
    return (0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) } + json
  }

  private static func entry(_ tensor: TensorData, _ offset: Int) -> JSONValue {
    .object([
      JSONValue.Member(name: "dtype", value: .string(tensor.dtype.safetensorsName)),
      JSONValue.Member(
        name: "shape", value: .array(tensor.shape.dimensions.map { .integer($0) })),
      JSONValue.Member(
        name: "data_offsets",
        value: .array([.integer(offset), .integer(offset + tensor.storage.byteCount)])),
    ])
  }
}
