import EdgeGraph
import EdgeNN
import TestSupport
import Testing

/// The rule's published test vectors; see Tests/Goldens/README.md.
@Suite struct SyntheticParametersTests {
  let source = SyntheticParameters(tag: "v1")

  @Test(
    arguments: [
      (
        "head.weight", [1000, 168],
        [
          0.10491185635328293, -0.010605229996144772, -0.04585539922118187, 0.014368249103426933,
        ]
      ),
      (
        "stages.1.1.xca.temperature", [4, 1, 1],
        [1.3424322605133057, 0.8428789973258972, 1.440303087234497, 1.2070481777191162]
      ),
      (
        "stages.0.0.gamma", [24],
        [0.321874737739563, 0.7501269578933716, 0.6009727716445923, 0.637231171131134]
      ),
      (
        "downsample_layers.0.1.weight", [24],
        [0.8372696042060852, 0.8134676814079285, 0.811343252658844, 0.9051636457443237]
      ),
      (
        "downsample_layers.0.1.running_var", [24],
        [1.0309205055236816, 0.7748169898986816, 1.1752821207046509, 0.8478485941886902]
      ),
      (
        "head.bias", [1000],
        [0.1856561005115509, -0.17704394459724426, 0.1287626028060913, -0.053000688552856445]
      ),
    ] as [(String, Shape, [Double])])
  func values(name: String, shape: Shape, first: [Double]) throws {
    let data = try #require(source.value(of: name, shape: shape, initializer: .constant(0)))
    #expect(data.shape == shape)
    #expect(Array(data.doubles().prefix(4)) == first)
  }

  @Test func numbersBeforeScaling() {
    #expect(
      source.uniform("head.weight", count: 3)
        == [0.7850884199142456, -0.07936227321624756, -0.34315037727355957])
    #expect(
      source.uniform("probe:stage1", count: 3)
        == [-0.37128913402557373, 0.1124032735824585, -0.14692962169647217])
  }

  @Test func image() {
    let first = [
      -1.7223248481750488, 1.4248943328857422, 1.0185837745666504, -1.1253399848937988,
    ]
    let one = source.image([1, 3, 4, 5])
    let two = source.image([2, 3, 4, 5])
    #expect(Array(one.doubles().prefix(4)) == first)
    #expect(one.floats() == Array(two.floats().prefix(60)))
  }

  /// What the name says: where values lie for kinds that have no published vector.
  @Test(
    arguments: [
      ("norm.running_mean", [512], -0.2...0.2), ("x.gamma_xca", [512], 0.2...0.8),
      ("convs.0.weight", [64, 1, 3, 3], -0.57736...0.57736), ("a.bias", [512], -0.2...0.2),
      ("weight", [512], 0.8...1.2),
    ] as [(String, Shape, ClosedRange<Float>)])
  func ranges(name: String, shape: Shape, range: ClosedRange<Float>) throws {
    let data = try #require(source.value(of: name, shape: shape, initializer: .constant(0)))
    let values = data.floats()
    let width = range.upperBound - range.lowerBound
    #expect(values.allSatisfy { range.contains($0) })
    #expect((values.min() ?? 1) < range.lowerBound + width / 20)
    #expect((values.max() ?? 0) > range.upperBound - width / 20)
  }

  @Test func theTagChangesEverything() {
    let other = SyntheticParameters(tag: "v2")
    #expect(other.uniform("head.weight", count: 2) != source.uniform("head.weight", count: 2))
    #expect(source.names == nil && source.epsilonOverrides.isEmpty)
  }
}
