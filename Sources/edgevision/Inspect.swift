import ArgumentParser
import EdgeFormats
import EdgeGraph

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List what a checkpoint holds: tensors with their statistics, and other values.",
    discussion: """
      Names are the paths of values in the file. Statistics leave out values that are
      not numbers; where none is left, or one is infinite, they are null in JSON.

      EXAMPLES
        edgevision inspect edgenext_small.pth
        edgevision inspect mine.safetensors --json
      """)

  @Argument(
    help: ArgumentHelp("A checkpoint: .pth, .pt, .bin or .safetensors.", valueName: "FILE"))
  var file: String

  @Flag(help: "One JSON object: {tensors: [{name, shape, dtype, min, mean, max}], values}.")
  var json = false

  func run() throws {
    let contents = CheckpointContents(try CheckpointFile(contentsOf: file))
    if json { try Console.json(contents) } else { try Console.result(contents.lines) }
  }
}

/// A checkpoint as lists of tensors and of other values, each under its path in the file.
private struct CheckpointContents: Encodable {
  struct Tensor: Encodable {
    let name: String
    let shape: [Int]
    let dtype: String
    let min, mean, max: Number
  }

  private(set) var tensors: [Tensor] = []
  private(set) var values: [String: PlainValue] = [:]

  init(_ file: CheckpointFile) {
    add(file.root, at: "")
    for (name, text) in file.metadata { values[name] = .text(text) }
  }

  private mutating func add(_ value: CheckpointValue, at path: String) {
    switch value {
    case .tensor(let tensor):
      let statistics = TensorStatistics(tensor)
      tensors.append(
        Tensor(
          name: path, shape: tensor.shape.dimensions, dtype: tensor.dtype.rawValue,
          min: Number(statistics.minimum), mean: Number(statistics.mean),
          max: Number(statistics.maximum)))
    case .dictionary(let items):
      if items.isEmpty { values[path] = .texts([]) }
      for item in items {
        add(item.value, at: join(path, item.key.text ?? "\(PlainValue(item.key))"))
      }
    case .list(let items):
      if let plain = PlainValue(plainList: items) {
        values[path] = plain
      } else {
        for (index, item) in items.enumerated() { add(item, at: join(path, "\(index)")) }
      }
    default:
      values[path] = PlainValue(value)
    }
  }

  private func join(_ path: String, _ name: String) -> String {
    path.isEmpty ? name : "\(path).\(name)"
  }

  var lines: [String] {
    var table = Table([
      ("tensor", .left), ("shape", .left), ("type", .left), ("min", .right), ("mean", .right),
      ("max", .right),
    ])
    for tensor in tensors {
      let numbers = [tensor.min, tensor.mean, tensor.max].map { number in
        number.value.map(compact) ?? "-"
      }
      table.append([tensor.name, "\(Shape(tensor.shape))", tensor.dtype] + numbers)
    }
    let others = values.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
      .map(printable)
    return table.lines + (others.isEmpty ? [] : ["", "other values"] + others.map { "  \($0)" })
  }
}

/// A number that JSON has, or null.
private struct Number: Encodable {
  let value: Double?

  init(_ value: Double?) { self.value = value }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let value, value.isFinite { try container.encode(value) } else { try container.encodeNil() }
  }
}

/// A value that is neither a tensor nor holds any.
private enum PlainValue: Encodable, CustomStringConvertible {
  case null
  case bool(Bool)
  case integer(Int64)
  case float(Double)
  case text(String)
  case texts([PlainValue])

  init(_ value: CheckpointValue) {
    self =
      switch value {
      case .null: .null
      case .bool(let value): .bool(value)
      case .integer(let value): .integer(value)
      case .float(let value): .float(value)
      case .string(let value): .text(value)
      case .bytes(let value): .text("\(value.count) bytes")
      case .opaque(let name): .text("<\(name)>")
      case .tensor, .list, .dictionary: .text("...")
      }
  }

  /// Nil where an element is a tensor, a list or a dictionary.
  init?(plainList items: [CheckpointValue]) {
    for item in items {
      switch item {
      case .tensor, .list, .dictionary: return nil
      default: continue
      }
    }
    self = .texts(items.map(PlainValue.init))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .float(let value): try container.encode(Number(value))
    case .text(let value): try container.encode(value)
    case .texts(let values): try container.encode(values)
    }
  }

  var description: String {
    switch self {
    case .null: "none"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .float(let value): "\(value)"
    case .text(let value): value
    case .texts(let values): "[" + values.map(\.description).joined(separator: ", ") + "]"
    }
  }
}
