import ArgumentParser
import EdgeModels
import EdgeVision

struct Models: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the networks with their size, cost and published accuracy.",
    discussion: """
      Multiply-adds are counted at the published size by the rule of the papers; top-1 is the
      published accuracy on ImageNet-1k in percent.

      EXAMPLES
        edgevision models
        edgevision models --json
      """)

  @Flag(help: "One JSON array.")
  var json = false

  func run() throws {
    let entries = try ModelDescription.all.map(Entry.init)
    if json { return try Console.json(entries) }
    var table = Table([
      ("name", .left), ("family", .left), ("parameters", .right), ("MAdds", .right),
      ("size", .right), ("top-1", .right), ("resize/crop", .right), ("interpolation", .left),
    ])
    for entry in entries {
      table.append([
        entry.name, entry.family, "\(fixed(Double(entry.parameters) / 1e6, digits: 2))M",
        "\(fixed(Double(entry.madds) / 1e6, digits: 2))M", "\(entry.size)",
        entry.top1.map { fixed($0, digits: 2) } ?? "", "\(entry.resize)/\(entry.crop)",
        entry.interpolation,
      ])
    }
    try Console.result(table.lines)
  }
}

/// One network of `models --json`.
private struct Entry: Encodable {
  let name, family: String
  let parameters, madds, size: Int
  let top1: Double?
  let resize, crop: Int
  let interpolation: String
  /// The address of the published file.
  let weights: String?

  init(_ model: ModelDescription) throws {
    let graph = try model.shapeGraph(height: model.size, width: model.size)
    name = model.name
    family = model.family.name
    parameters = graph.parameterCount
    madds = graph.publishedMultiplyAdds
    size = model.size
    top1 = model.top1
    resize = model.transform.resize
    crop = model.transform.crop
    interpolation = model.transform.interpolation
    weights = PublishedWeights(model: model.name)?.url
  }
}
