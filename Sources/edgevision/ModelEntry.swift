import EdgeModels
import EdgeRuntime
import EdgeVision

/// One network of `models`; also an object of `--json`.
struct ModelEntry: Encodable {
  let name: String
  let aliases: [String]
  let task: NetworkTask
  let family: String
  /// The family of the backbone, which charts go by.
  let kind: String
  let parameters, madds, size: Int
  /// In percent; what it is follows from the task.
  let score: Double?
  let resize, crop: Int
  let fit: ModelDescription.Transform.Fit
  let interpolation: String
  let notes: [String]
  /// The address of the published file.
  let weights: String?
  /// Of one image, where it was measured.
  var medianMilliseconds: Double?

  enum CodingKeys: String, CodingKey {
    case name, aliases, task, family, parameters, madds, size, score, resize, crop
    case fit, interpolation, notes, weights
    case medianMilliseconds = "median_ms"
  }

  init(_ model: ModelDescription) throws {
    let graph = try model.shapeGraph(height: model.size, width: model.size)
    name = model.name
    aliases = model.aliases
    task = model.task
    family = model.family.name
    kind = (model.backbone ?? model).family.name
    parameters = graph.parameterCount
    madds = model.publishedMultiplyAdds(of: graph)
    size = model.size
    score = model.score
    resize = model.transform.resize
    crop = model.transform.crop
    fit = model.transform.fit
    interpolation = model.transform.interpolation
    notes = model.notes
    weights = PublishedWeights(model: model.name)?.url
  }

  /// Networks without a published score precede the others.
  func precedes(_ other: ModelEntry, by order: Models.Order) -> Bool {
    switch order {
    case .name: name < other.name
    case .task: task.rawValue < other.task.rawValue
    case .family: family < other.family
    case .parameters: parameters < other.parameters
    case .madds: madds < other.madds
    case .size: size < other.size
    case .score: (score ?? 0) < (other.score ?? 0)
    }
  }
}

extension [ModelEntry] {
  var table: Table {
    let isMeasured = contains { $0.medianMilliseconds != nil }
    var columns: [(title: String, alignment: Table.Alignment)] = [
      ("name", .left), ("task", .left), ("family", .left), ("params", .right), ("MAdds", .right),
      ("score", .right), ("size", .right), ("resize", .left), ("also", .left),
    ]
    if isMeasured { columns.insert(("ms", .right), at: 6) }
    var table = Table(columns)
    for entry in self {
      var row = [
        entry.name, entry.task.rawValue, entry.family, Self.millions(entry.parameters),
        Self.millions(entry.madds), Self.text(entry.score), "\(entry.size)",
        "\(entry.resize) \(entry.interpolation)",
        entry.aliases.joined(separator: ", "),
      ]
      if isMeasured { row.insert(Self.text(entry.medianMilliseconds), at: 6) }
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

  /// Those that can be compared: the ones of the first one's task that have a score.
  var comparable: [ModelEntry] { filter { $0.task == first?.task && $0.score != nil } }

  /// Measures the networks that can be compared one by one, and says which on a terminal.
  mutating func measure(_ options: RuntimeOptions) throws {
    // Several published weights of one network take the same time.
    var known: [[Int]: Double] = [:]
    let names = Set(comparable.map(\.name))
    for index in indices where names.contains(self[index].name) {
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
