/// What travels with weights, in the header of a safetensors file.
///
/// The header holds text only: lists and dictionaries are written as JSON. Entries of other
/// programs, and values that make no sense, are left out when it is read.
public struct WeightsMetadata: Equatable, Sendable {
  /// The name of the network: `edgenext_small`.
  public var model: String?
  public var classNames: [String]?
  /// The network's input, height and width in pixels.
  public var size: Int?
  /// The photograph's short side in pixels before the crop.
  public var resize: Int?
  /// The side of the centre crop in pixels.
  public var crop: Int?
  /// `bicubic` or `bilinear`, which are Pillow's, or `opencv-bilinear`.
  public var interpolation: String?
  /// Mean of each channel, of values from 0 to 1.
  public var mean: [Double]?
  /// Standard deviation of each channel.
  public var std: [Double]?
  /// `rgb` or `bgr`.
  public var channelOrder: String?
  /// Epsilons that differ from the published ones, by the layer's full name.
  public var epsilonOverrides: [String: Double] = [:]
  /// The key of the checkpoint from which the weights were taken.
  public var sourceKey: String?

  public init() {}

  /// Reads what ``header`` writes.
  public init(header: [String: String]) {
    model = header["model"]
    classNames = Self.list(header["class_names"], \.text)
    size = Self.pixels(header["size"])
    resize = Self.pixels(header["resize"])
    crop = Self.pixels(header["crop"])
    interpolation = header["interpolation"].flatMap {
      ["bicubic", "bilinear", "opencv-bilinear"].contains($0) ? $0 : nil
    }
    mean = Self.list(header["mean"], \.double)
    std = Self.list(header["std"], \.double).flatMap { $0.contains { $0 <= 0 } ? nil : $0 }
    channelOrder = header["channel_order"].flatMap { ["rgb", "bgr"].contains($0) ? $0 : nil }
    epsilonOverrides = Self.epsilons(header["epsilon_overrides"])
    sourceKey = header["source_key"]
  }

  public var header: [String: String] {
    var header: [String: String] = [:]
    header["model"] = model
    header["class_names"] = classNames.map { JSONValue.array($0.map { .string($0) }).description }
    header["size"] = size.map(String.init)
    header["resize"] = resize.map(String.init)
    header["crop"] = crop.map(String.init)
    header["interpolation"] = interpolation
    header["mean"] = mean.map { JSONValue.array($0.map { .number($0) }).description }
    header["std"] = std.map { JSONValue.array($0.map { .number($0) }).description }
    header["channel_order"] = channelOrder
    if !epsilonOverrides.isEmpty {
      let members = epsilonOverrides.sorted { $0.key < $1.key }
        .map { JSONValue.Member(name: $0.key, value: .number($0.value)) }
      header["epsilon_overrides"] = JSONValue.object(members).description
    }
    header["source_key"] = sourceKey
    return header
  }

  private static func pixels(_ text: String?) -> Int? {
    text.flatMap { Int($0) }.flatMap { (1...65536).contains($0) ? $0 : nil }
  }

  private static func list<Element>(
    _ text: String?, _ element: (JSONValue) -> Element?
  ) -> [Element]? {
    guard let text, let json = try? JSONReader.read(text) else { return nil }
    return json.array(of: element).flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func epsilons(_ text: String?) -> [String: Double] {
    guard let text, case .object(let members)? = try? JSONReader.read(text) else { return [:] }
    let pairs = members.compactMap { member in
      member.value.double.flatMap { $0 > 0 ? (member.name, $0) : nil }
    }
    return Dictionary(pairs) { first, _ in first }
  }
}
