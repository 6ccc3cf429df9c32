import EdgeGraph
import OrderedCollections

/// Writes checkpoints that `torch.load(path, weights_only=True)` reads.
public enum PyTorchWriter {
  /// Writes `{"model": OrderedDict}`, with the class names under `classes` if they are known. The
  /// rest of the metadata has no usual place in such files and stays out.
  ///
  /// The file appears whole or not at all. Each tensor has a storage of its own.
  public static func write(
    _ tensors: OrderedDictionary<String, TensorData>, metadata: WeightsMetadata, to path: String
  ) throws(FormatError) {
    let pickle = pickle(tensors, metadata.classNames)
    let byteCount = tensors.values.reduce(pickle.count + 1024) { count, tensor in
      // The second term bounds an entry's headers and padding.
      count + tensor.storage.byteCount + 256
    }
    guard byteCount <= StoredZip.byteLimit, tensors.count < StoredZip.entryLimit - 3 else {
      throw .unsupported(
        path: path, place: "file", feature: "more than 4 GiB or 65,000 tensors",
        advice: "write a safetensors file")
    }
    var zip = try StoredZip(path, byteCount: byteCount)
    try zip.add("archive/data.pkl", pickle)
    try zip.add("archive/byteorder", Array("little".utf8))
    for (number, tensor) in tensors.values.enumerated() {
      try zip.add("archive/data/\(number)", tensor.storage)
    }
    try zip.add("archive/version", Array("3\n".utf8))
    try zip.commit()
  }

  private static func pickle(
    _ tensors: OrderedDictionary<String, TensorData>, _ classNames: [String]?
  ) -> [UInt8] {
    var pickle = PickleText()
    pickle.operation("}")
    pickle.marked("u") { pickle in
      pickle.text("model")
      pickle.orderedDictionary()
      pickle.marked("u") { pickle in
        for (number, (name, tensor)) in tensors.enumerated() {
          pickle.text(name)
          pickle.tensor(tensor, storage: number)
        }
      }
      if let classNames {
        pickle.text("classes")
        pickle.operation("]")
        pickle.marked("e") { for name in classNames { $0.text(name) } }
      }
    }
    pickle.operation(".")
    return pickle.bytes
  }
}

extension PickleText {
  /// `torch._utils._rebuild_tensor_v2(storage, 0, shape, strides, False, OrderedDict())`.
  fileprivate mutating func tensor(_ tensor: TensorData, storage number: Int) {
    let extents = tensor.shape.dimensions
    global("torch._utils", "_rebuild_tensor_v2")
    marked("t") { pickle in
      pickle.marked("t") { pickle in
        pickle.text("storage")
        pickle.global("torch", tensor.dtype.storageClass)
        pickle.text(String(number))
        pickle.text("cpu")
        pickle.integer(tensor.shape.count)
      }
      pickle.operation("Q")
      pickle.integer(0)
      pickle.integers(extents)
      pickle.integers(extents.indices.map { extents[($0 + 1)...].reduce(1, *) })
      pickle.isFalse()
      pickle.orderedDictionary()
    }
    operation("R")
  }
}

extension DType {
  /// The class of PyTorch's storages of this type.
  fileprivate var storageClass: String {
    switch self {
    case .float16: "HalfStorage"
    case .bfloat16: "BFloat16Storage"
    case .float32: "FloatStorage"
    case .float64: "DoubleStorage"
    case .bool: "BoolStorage"
    case .uint8: "ByteStorage"
    case .int8: "CharStorage"
    case .int16: "ShortStorage"
    case .int32: "IntStorage"
    case .int64: "LongStorage"
    }
  }
}
