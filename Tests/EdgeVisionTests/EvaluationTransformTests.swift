import EdgeData
import EdgeFormats
import EdgeModels
import EdgeVision
import TestSupport
import Testing
import WeightsTestSupport

@Suite struct EvaluationTransformTests {
  private func network(_ change: (inout WeightsMetadata) -> Void) throws -> PretrainedNetwork {
    let folder = try TemporaryFolder()
    var metadata = WeightsMetadata()
    change(&metadata)
    let file = try folder.checkpoint(
      "net.safetensors", of: .edgeNeXtXXSmall, classes: 2, metadata: metadata)
    return try PretrainedNetwork(weights: .file(file))
  }

  @Test func isThePublishedOne() throws {
    let plain = try network { _ in }
    #expect(EvaluationTransform(of: plain) == EvaluationTransform(resize: 292, crop: 256))
    let smaller = EvaluationTransform(of: plain, size: 224)
    #expect(smaller == EvaluationTransform(resize: 256, crop: 224))
    let usi = try PretrainedNetwork(.edgeNeXtSmallUSI, synthetic: "v1", classes: 2)
    #expect(EvaluationTransform(of: usi) == EvaluationTransform(resize: 269, crop: 256))
  }

  /// OpenCV's filter and order of channels, values from 0 to 1, a short side of 32 pixels more.
  @Test func networksOfCVNetsHaveTheirOwn() throws {
    let model = try ModelDescription.named("mobilevit_xxs")
    let network = try PretrainedNetwork(model, synthetic: "v1", classes: 2)
    var expected = EvaluationTransform(
      resize: 288, crop: 256, filter: .openCVBilinear, mean: [0, 0, 0], std: [1, 1, 1],
      channelOrder: .bgr)
    #expect(EvaluationTransform(of: network) == expected)
    (expected.resize, expected.crop) = (352, 320)
    #expect(EvaluationTransform(of: network, size: 320) == expected)
  }

  @Test func takesSizeAndCrop() throws {
    let shipped = try PretrainedNetwork()
    #expect(EvaluationTransform(of: shipped) == EvaluationTransform(resize: 128, crop: 128))
    #expect(
      EvaluationTransform(of: shipped, size: 64, cropFraction: 1)
        == EvaluationTransform(resize: 64, crop: 64))
    #expect(
      EvaluationTransform(of: shipped, cropFraction: 0.5)
        == EvaluationTransform(resize: 256, crop: 128))
    #expect(
      EvaluationTransform(of: shipped, size: 64) == EvaluationTransform(resize: 64, crop: 64))
  }

  @Test func followsTheMetadata() throws {
    let own = try network {
      ($0.resize, $0.crop, $0.interpolation) = (100, 80, "bilinear")
      ($0.mean, $0.std) = ([0.5, 0.25, 0.125], [0.1, 0.2, 0.3])
    }
    let expected = EvaluationTransform(
      resize: 100, crop: 80, filter: .bilinear, mean: [0.5, 0.25, 0.125], std: [0.1, 0.2, 0.3])
    #expect(EvaluationTransform(of: own) == expected)
    // The weights' own ratio, not the published one.
    let larger = EvaluationTransform(of: own, size: 160)
    #expect(larger.resize == 200 && larger.crop == 160)
    let sized = try network { $0.size = 64 }
    #expect(EvaluationTransform(of: sized) == EvaluationTransform(resize: 73, crop: 64))
    let odd = try network { $0.mean = [0.5] }
    #expect(EvaluationTransform(of: odd).mean == EvaluationTransform.imageNetMean)
  }
}
