/// Finds the weights in what a checkpoint holds.
struct WeightsSearch {
  /// Where published files keep them; averaged weights are better and come first. Of those,
  /// `ema_state_dict` and `model_state_dict` are cvnets'.
  static let usualKeys = [
    "model_ema", "state_dict_ema", "ema_state_dict", "state_dict", "model", "model_state_dict",
  ]

  private let file: CheckpointFile

  init(_ file: CheckpointFile) { self.file = file }

  /// The key that leads to the weights, nil for the top level, and the dictionary of tensors there.
  func find(
    _ key: String?
  ) throws(FormatError) -> (key: String?, value: CheckpointValue) {
    if let key {
      guard let value = Self.value(at: key[...], in: file.root), value.holdsTensors else {
        throw .noSuchKey(path: file.path, key: key, available: available)
      }
      return (key, value)
    }
    for key in Self.usualKeys {
      if let value = file.root[key], value.isMostlyTensors { return (key, value) }
    }
    guard file.root.isMostlyTensors else {
      throw .noWeights(path: file.path, root: file.root.kind, available: available)
    }
    return (nil, file.root)
  }

  /// The value at a path with dots; keys may have dots themselves.
  static func value(at path: Substring, in value: CheckpointValue) -> CheckpointValue? {
    if let found = value[String(path)] { return found }
    for dot in path.indices where path[dot] == "." {
      if let inner = value[String(path[..<dot])],
        let found = Self.value(at: path[path.index(after: dot)...], in: inner)
      {
        return found
      }
    }
    return nil
  }

  /// The paths to dictionaries of tensors, three levels deep at most; the top level is "".
  private var available: [String] {
    var paths: [String] = []
    Self.collect(file.root, "", depth: 0, &paths)
    return paths
  }

  private static func collect(
    _ value: CheckpointValue, _ path: String, depth: Int, _ paths: inout [String]
  ) {
    guard paths.count < 32 else { return }
    if value.holdsTensors { paths.append(path) }
    guard depth < 3 else { return }
    for item in value.items ?? [] {
      guard let key = item.key.keyText else { continue }
      collect(item.value, path.isEmpty ? key : path + "." + key, depth: depth + 1, &paths)
    }
  }
}

extension CheckpointValue {
  private var tensorCount: Int {
    items?.count { $0.value.tensor != nil && $0.key.text != nil } ?? 0
  }

  /// A dictionary with tensors under names.
  fileprivate var holdsTensors: Bool { tensorCount > 0 }

  /// A dictionary of which at least half the values are tensors.
  fileprivate var isMostlyTensors: Bool {
    let count = tensorCount
    return count > 0 && 2 * count >= items?.count ?? 0
  }
}
