import EdgeFormats
import EdgeGraph
import EdgeModels
import EdgeVision
import TestSupport
import Testing
import WeightsTestSupport

@Suite struct PretrainedNetworkTests {
  @Test func shipsWeights() throws {
    let network = try PretrainedNetwork()
    #expect(network.model.name == "edgenext_xx_small")
    #expect(network.classCount == 10)
    #expect(network.metadata.classNames?.count == 10)
    #expect(network.warnings == [])
  }

  @Test func namesTheFileThatDoesNotFit() throws {
    let folder = try TemporaryFolder()
    let file = try folder.checkpoint("net.safetensors", of: .edgeNeXtXXSmall, classes: 2)
    let error = try #require(throws: WeightsError.self) {
      try PretrainedNetwork(.edgeNeXtSmall, weights: .file(file))
    }
    guard case .unusable(let path, reason: .checkpoint(let model, _)) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(path == file)
    #expect(model == "edgenext_small")
    let other = try folder.write("other.safetensors", ["a": TensorData([1], shape: [1])])
    #expect(throws: WeightsError.unusable(path: other, reason: .unrecognizedWeights)) {
      try PretrainedNetwork(weights: .file(other))
    }
  }

  @Test func refusesAnUnknownNetworkOfTheMetadata() throws {
    let folder = try TemporaryFolder()
    var metadata = WeightsMetadata()
    metadata.model = "nope"
    let file = try folder.checkpoint(
      "net.safetensors", of: .edgeNeXtXXSmall, classes: 2, metadata: metadata)
    #expect(throws: WeightsError.self) { try PretrainedNetwork(weights: .file(file)) }
    let named = try PretrainedNetwork(.edgeNeXtXXSmall, weights: .file(file))
    #expect(named.classCount == 2)
  }

  @Test func needsAModelForOfficialWeights() {
    #expect(throws: WeightsError.modelNeeded) { try PretrainedNetwork(weights: .official) }
  }

  @Test func warnsOfNaN() throws {
    let folder = try TemporaryFolder()
    let file = try folder.checkpoint("net.safetensors", of: .edgeNeXtXXSmall, classes: 2) {
      name, tensor in
      name == "head.bias" ? TensorData([.nan, 1], shape: [2]) : tensor
    }
    let network = try PretrainedNetwork(weights: .file(file))
    #expect(network.warnings == ["'head.bias' holds 1 values that are NaN or infinite"])
  }
}
