import EdgeGraph
import EdgeModels
import EdgeNN
import Testing

@testable import EdgeTraining

/// Classification weights below a head for boxes or masks.
@Suite struct BackboneParametersTests {
  @Test(arguments: ["ssd_edgenext_xx_small", "deeplabv3_edgenext_xx_small"])
  func featuresComeFromTheBackbone(name: String) throws {
    let model = try ModelDescription.named(name)
    let backbone = try #require(model.backbone)
    let stored = try backbone.network(from: SyntheticParameters(tag: "v1"), classes: 10)
      .graph(input: [1, 64, 64, 3]).parameters
    let fresh = FreshParameters(seed: 4)
    let source = BackboneParameters(LoadedParameters(stored), fresh: fresh)
    let parameters = try model.network(from: source, classes: 3)
      .graph(input: [1, 64, 64, 3]).parameters
    let values = Dictionary(stored.map { ($0.name, $0) }) { first, _ in first }
    var shared = 0
    for parameter in parameters {
      let found = try #require(parameter.value).floats()
      if parameter.name.hasPrefix("encoder.") {
        let inner = String(parameter.name.dropFirst("encoder.".count))
        #expect(found == values[inner]?.value?.floats(), "\(parameter.name)")
        shared += 1
      } else {
        #expect(values[parameter.name] == nil)
      }
    }
    #expect(shared > 100 && shared < parameters.count)
  }

  /// Shapes that differ are not forced.
  @Test func othersAreFresh() {
    let held = ParameterValue(
      name: "stem.weight", shape: [2], data: TensorData([7, 8], shape: [2]))
    let fresh = FreshParameters(seed: 1)
    let source = BackboneParameters(
      LoadedParameters([held], epsilonOverrides: ["stem": 1e-3]), fresh: fresh)
    func value(_ name: String, _ shape: Shape) -> [Float]? {
      source.value(of: name, shape: shape, initializer: .constant(0.5))?.floats()
    }
    #expect(value("encoder.stem.weight", [2]) == [7, 8])
    #expect(value("encoder.stem.weight", [3]) == [0.5, 0.5, 0.5])
    #expect(value("stem.weight", [2]) == [0.5, 0.5])
    #expect(source.epsilonOverrides == ["encoder.stem": 1e-3])
    #expect(source.names == nil)
  }
}
