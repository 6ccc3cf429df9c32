import EdgeFormats
import EdgeGraph
import EdgeModels
import EdgeNN
import OrderedCollections
import TestSupport

/// Files that follow from the synthetic rule.
extension TemporaryFolder {
  /// A safetensors file of one tensor `input`.
  public borrowing func input(_ shape: Shape, tag: String = "v1") throws -> String {
    try write("in.safetensors", ["input": SyntheticParameters(tag: tag).image(shape)])
  }

  /// A checkpoint of a network under its official names; never whole in memory.
  ///
  /// - Parameters:
  ///   - classes: nil for as many as the published network has.
  ///   - change: gets each tensor and gives the one to write.
  public borrowing func checkpoint(
    _ name: String, of model: ModelDescription, classes: Int? = nil, tag: String = "v1",
    metadata: WeightsMetadata = WeightsMetadata(),
    change: (String, TensorData) -> TensorData = { $1 }
  ) throws -> String {
    let graph = try model.shapeGraph(height: 64, width: 64, classes: classes)
    var tensors: OrderedDictionary<String, TensorData> = [:]
    for parameter in graph.parameters {
      let storage = SyntheticStorage(name: parameter.name, shape: parameter.shape, tag: tag)
      let tensor = TensorData(shape: parameter.shape, dtype: .float32, storage: storage)
      tensors[parameter.name] = change(parameter.name, tensor)
    }
    return try write(name, tensors, metadata: metadata)
  }

  public borrowing func write(
    _ name: String, _ tensors: OrderedDictionary<String, TensorData>,
    metadata: WeightsMetadata = WeightsMetadata()
  ) throws -> String {
    try Safetensors.write(tensors, metadata: metadata, to: self(name))
    return self(name)
  }
}

/// A tensor of the rule, made anew whenever it is read.
private struct SyntheticStorage: TensorStorage {
  let name: String
  let shape: Shape
  let tag: String

  var byteCount: Int { 4 * shape.count }

  func withBytes<Result>(_ body: (RawSpan) throws -> Result) rethrows -> Result {
    let source = SyntheticParameters(tag: tag)
    let values = source.value(of: name, shape: shape, initializer: .constant(0))?.floats() ?? []
    return try body(unsafe values.span.bytes)
  }
}

/// The tensors of a file, by name.
public func tensors(in path: String) throws -> OrderedDictionary<String, TensorData> {
  let items = try CheckpointFile(contentsOf: path).root.items ?? []
  return OrderedDictionary(
    uniqueKeysWithValues: items.compactMap { item in
      item.key.text.flatMap { name in item.value.tensor.map { (name, $0) } }
    })
}

/// The largest difference of two tensors' elements; infinite where there is none to take.
public func difference(_ a: TensorData?, _ b: TensorData?) -> Double {
  guard let a, let b, a.shape == b.shape else { return .infinity }
  return zip(a.doubles(), b.doubles()).map { abs($0 - $1) }.max() ?? 0
}
