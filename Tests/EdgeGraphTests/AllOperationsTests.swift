import EdgeGraph
import FoundationEssentials
import TestSupport
import Testing

/// What holds for every operation.
@Suite struct AllOperationsTests {
  @Test(arguments: OperationSample.all)
  func theReferenceHasTheShapeOfTheRule(sample: OperationSample) throws {
    var rng = SplitMix64(seed: 1)
    let inputs = sample.inputs.map { Reference.random($0, in: 0.5...1.5, using: &rng) }
    let shape = try sample.operation.outputShape(sample.inputs)
    let output = sample.operation.reference(inputs)
    #expect(output.shape == shape)
    #expect(output.values.allSatisfy { $0.isFinite })
  }

  @Test(arguments: OperationSample.all)
  func costsAreNotNegative(sample: OperationSample) {
    let cost = sample.operation.cost(sample.inputs)
    #expect(cost.multiplyAdds >= 0 && cost.operations >= 0 && cost.bytes >= 0)
  }

  /// Twice the batch costs twice as much, but for the parameters' bytes.
  @Test(
    arguments: [
      Convolution(hasBias: true), CrossCovarianceAttention(heads: 2), SpatialMean(),
      Activation(.gelu),
    ] as [any Operation])
  func costsGrowWithTheBatch(operation: any Operation) {
    func cost(_ batch: Int) -> Cost {
      operation.cost([[batch, 4, 4, 12], [3, 12, 2, 2], [3]])
    }
    #expect(cost(2).multiplyAdds == 2 * cost(1).multiplyAdds)
    #expect(cost(2).operations == 2 * cost(1).operations)
  }

  @Test(arguments: OperationSample.all)
  func equalityKnowsEveryAttribute(sample: OperationSample) {
    let attributes = Mirror(reflecting: sample.operation).children.count
    #expect(sample.variants.count == attributes, "a variant for each stored property")
    let all = ([sample.operation] + sample.variants).map { AnyHashable($0) }
    #expect(Set(all).count == all.count)
    #expect(AnyHashable(sample.operation) == all[0])
  }

  @Test func namesAreUnique() {
    #expect(Set(OperationSample.all.map(\.name)).count == OperationSample.all.count)
  }

  /// Add a sample for every new file.
  @Test func everyFileHasASample() throws {
    let folder = Repository.root.appending(path: "Sources/EdgeGraph/Operations")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".swift") }.map { String($0.dropLast(6)) }
    let types = Set(OperationSample.all.map { String(describing: type(of: $0.operation)) })
    #expect(!files.isEmpty)
    for file in files { #expect(types.contains(file)) }
  }
}
