import EdgeGraph
import EdgeModels
import TestSupport
import Testing

/// Compares a network's parameters, by name and shape, and its multiply-adds with those of the
/// official code.
///
/// - Parameters:
///   - alias: under which EdgeFormer's state dictionary holds a block a second time.
///   - published: the multiply-adds by the rule behind the papers' figures.
func expectOfficialCounts(
  _ model: ModelDescription, stateDict: [ClassificationGolden.Entry], alias: String,
  parameters: Int, macs: [String: ClassificationGolden.MultiplyAdds],
  published: [String: Int]? = nil
) throws {
  let graph = try model.shapeGraph(height: model.size, width: model.size)
  let expected = stateDict.filter {
    !$0.name.hasSuffix("num_batches_tracked") && !$0.name.hasPrefix("\(alias).")
  }
  #expect(
    Dictionary(uniqueKeysWithValues: graph.parameters.map { ($0.name, $0.shape) })
      == Dictionary(uniqueKeysWithValues: expected.map { ($0.name, Shape($0.shape)) }))
  #expect(graph.parameterCount == parameters)
  for (size, macs) in macs {
    let sides = size.split(separator: "x").compactMap { Int($0) }
    let graph = try model.shapeGraph(height: sides[0], width: sides[1])
    #expect(graph.cost.multiplyAdds == macs.total)
    if let published { #expect(graph.publishedMultiplyAdds == published[size]) }
  }
}
