import EdgeModels
import EdgeRuntime
import EdgeVision

/// One network of `models`; also an object of `--json`.
struct ModelEntry: Encodable {
  let name: String
  let aliases: [String]
  let family: String
  let parameters, madds, size: Int
  let top1: Double?
  let resize, crop: Int
  let interpolation: String
  let notes: [String]
  /// The address of the published file.
  let weights: String?
  /// Of one image, where it was measured.
  var medianMilliseconds: Double?

  enum CodingKeys: String, CodingKey {
    case name, aliases, family, parameters, madds, size, top1, resize, crop, interpolation, notes
    case weights
    case medianMilliseconds = "median_ms"
  }

  init(_ model: ModelDescription) throws {
    let graph = try model.shapeGraph(height: model.size, width: model.size)
    name = model.name
    aliases = model.aliases
    family = model.family.name
    parameters = graph.parameterCount
    madds = model.publishedMultiplyAdds(of: graph)
    size = model.size
    top1 = model.top1
    resize = model.transform.resize
    crop = model.transform.crop
    interpolation = model.transform.interpolation
    notes = model.notes
    weights = PublishedWeights(model: model.name)?.url
  }

  /// Networks without a published accuracy precede the others.
  func precedes(_ other: ModelEntry, by order: Models.Order) -> Bool {
    switch order {
    case .name: name < other.name
    case .family: family < other.family
    case .parameters: parameters < other.parameters
    case .madds: madds < other.madds
    case .size: size < other.size
    case .top1: (top1 ?? 0) < (other.top1 ?? 0)
    }
  }
}

extension [ModelEntry] {
  var table: Table {
    let isMeasured = contains { $0.medianMilliseconds != nil }
    var columns: [(title: String, alignment: Table.Alignment)] = [
      ("name", .left), ("family", .left), ("params", .right), ("MAdds", .right), ("top-1", .right),
      ("size", .right), ("resize", .left), ("also", .left),
    ]
    if isMeasured { columns.insert(("ms", .right), at: 5) }
    var table = Table(columns)
    for entry in self {
      var row = [
        entry.name, entry.family, Self.millions(entry.parameters), Self.millions(entry.madds),
        Self.text(entry.top1), "\(entry.size)", "\(entry.resize) \(entry.interpolation)",
        entry.aliases.joined(separator: ", "),
      ]
      if isMeasured { row.insert(Self.text(entry.medianMilliseconds), at: 5) }
      table.append(row)
    }
    return table
  }

  private static func millions(_ count: Int) -> String {
    "\(fixed(Double(count) / 1e6, digits: 2))M"
  }

  private static func text(_ value: Double?) -> String { value.map { fixed($0, digits: 2) } ?? "" }

  /// Notes of all networks, after an empty line.
  var notes: [String] {
    let notes = flatMap { entry in entry.notes.map { "\(entry.name): \($0)" } }
    return notes.isEmpty ? [] : [""] + notes
  }

  /// Measures the networks with a published accuracy one by one, and says which on a terminal.
  mutating func measure(_ options: RuntimeOptions) throws {
    // Several published weights of one network take the same time.
    var known: [[Int]: Double] = [:]
    for index in indices where self[index].top1 != nil {
      let entry = self[index]
      if Console.isInteractive {
        Console.replaceLine("measuring \(entry.name), \(index + 1) of \(count)")
      }
      let key = [entry.parameters, entry.madds, entry.size]
      let time = try known[key] ?? Self.milliseconds(.named(entry.name), options)
      known[key] = time
      self[index].medianMilliseconds = time
    }
    if Console.isInteractive { Console.replaceLine("") }
  }

  /// The median of as many runs as take three tenths of a second, but at least five.
  private static func milliseconds(
    _ model: ModelDescription, _ options: RuntimeOptions
  ) throws -> Double {
    let program = try PretrainedNetwork(model, synthetic: "bench").executor(options)
      .program(for: PretrainedNetwork.Request(height: model.size, width: model.size))
    func times(warmup: Int, runs: Int) -> [Double] {
      program.measure(warmup: warmup, runs: runs).runs.map { $0 / .milliseconds(1) }.sorted()
    }
    let first = Swift.max(times(warmup: 1, runs: 1)[0], 0.01)
    return median(sorted: times(warmup: 1, runs: Swift.min(Swift.max(Int(300 / first), 5), 1000)))
  }
}
