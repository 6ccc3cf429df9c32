import EdgeGraph

/// Parameters that follow from their name and shape by a fixed rule, the same in every language, so
/// that implementations can be compared without a weights file.
///
/// Element i of a tensor, in C order of PyTorch's layout, is made from
/// r = 2 · (splitmix64(FNV-1a("tag/name"), i) >> 40) / 2²⁴ − 1, in [−1, 1), scaled by what the name
/// says it is; see ``value(of:shape:initializer:)``.
public struct SyntheticParameters: ParameterSource {
  public let tag: String

  public init(tag: String) { self.tag = tag }

  /// The rule's value, computed in double precision and rounded to float32.
  public func value(of name: String, shape: Shape, initializer: Initializer) -> TensorData? {
    let (offset, scale) = Self.range(of: name, shape: shape)
    return TensorData(
      uniform(name, count: shape.count).map { Float(offset + scale * $0) }, shape: shape)
  }

  /// The rule's input image, NCHW: 2 r. A batch begins with the image of a batch of one.
  public func image(_ shape: Shape) -> TensorData {
    TensorData(uniform("input", count: shape.count).map { Float(2 * $0) }, shape: shape)
  }

  /// The numbers r of a tensor.
  public func uniform(_ name: String, count: Int) -> [Double] {
    var seed: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in "\(tag)/\(name)".utf8 { seed = (seed ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return (0..<count).map { i in
      var z = seed &+ (UInt64(i) &+ 1) &* 0x9E37_79B9_7F4A_7C15
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      z ^= z >> 31
      return Double(z >> 40) * 0x1p-23 - 1
    }
  }

  private static func range(of name: String, shape: Shape) -> (offset: Double, scale: Double) {
    let last = name.split(separator: ".").last.map(String.init) ?? name
    if name.hasSuffix("running_var") { return (1, 0.3) }
    if name.hasSuffix("running_mean") { return (0, 0.2) }
    if last == "temperature" { return (1, 0.5) }
    if last.contains("gamma") { return (0.5, 0.3) }
    if shape.rank >= 2 {
      let fanIn = shape.dimensions.dropFirst().reduce(1, *)
      return (0, (3 / Double(fanIn)).squareRoot())
    }
    return last == "weight" ? (1, 0.2) : (0, 0.2)
  }
}

/// A model without values: names, shapes and costs only.
public struct ShapesOnly: ParameterSource {
  public init() {}

  public func value(of name: String, shape: Shape, initializer: Initializer) -> TensorData? { nil }
}
