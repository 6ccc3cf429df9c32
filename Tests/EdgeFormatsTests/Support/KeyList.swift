import EdgeGraph
import FoundationEssentials
import TestSupport
import Testing

@testable import EdgeFormats

/// All that another library's network holds, with the official names: a table of
/// Goldens/checkpoints.
struct KeyList: CustomTestStringConvertible, Sendable {
  let file: String
  let dialect: KeyDialect
  /// The official network.
  let model: String
  var prefix = ""

  static let all = [
    KeyList(file: "edgenext_xx_small_timm", dialect: .timm, model: "edgenext_xx_small"),
    KeyList(
      file: "edgenext_xx_small_mmpretrain", dialect: .mmpretrain, model: "edgenext_xx_small",
      prefix: "backbone."),
    KeyList(file: "convnext_xt_timm", dialect: .timm, model: "convnext_xt"),
    KeyList(file: "convnext_xt_torchvision", dialect: .torchvision, model: "convnext_xt"),
    KeyList(file: "mobilenetv2_timm", dialect: .timmMobileNetV2, model: "mobilenetv2"),
    KeyList(file: "mobilevit_xxs_timm", dialect: .timmMobileViT, model: "mobilevit_xxs"),
  ]

  var testDescription: String { file }

  func names() throws -> [(foreign: String, official: String)] {
    guard case .object(let members)? = try json()["map"] else { return [] }
    return members.map { ($0.name, $0.value.text ?? "") }
  }

  /// A checkpoint of the library, in memory: the official shapes where no others are stated, bytes
  /// of 0.
  func checkpoint() throws -> CheckpointFile {
    let json = try json()
    let official = Dictionary(
      uniqueKeysWithValues: try ClassificationGolden(model: model).stateDict.map {
        ($0.name, $0.shape)
      })
    var header: [String] = []
    var end = 0
    for (name, officialName) in try names() {
      let stated = json["reshaped"]?[name]?["from"]?.array(of: \.integer)
      let shape = stated ?? official[officialName] ?? []
      let start = end
      end += shape.reduce(1, *)
      header.append(
        "\"\(name)\":{\"dtype\":\"U8\",\"shape\":\(shape),\"data_offsets\":[\(start),\(end)]}")
    }
    let bytes = CheckpointWriter.safetensors(
      "{\(header.joined(separator: ","))}", [UInt8](repeating: 0, count: end))
    return try CheckpointFile(bytes: bytes, name: file)
  }

  private func json() throws -> JSONValue {
    let url = Repository.golden("checkpoints/\(file)_keys.json")
    return try JSONReader.read(Array(try Data(contentsOf: url)))
  }
}
