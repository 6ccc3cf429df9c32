/// What wrappers put in front of every parameter's name.
struct NamePrefix {
  /// Several wrappers can be nested: DistributedDataParallel, torch.compile, the usual names of a
  /// network inside a larger module.
  private static let wrappers = ["module.", "_orig_mod.", "backbone.", "model."]

  /// Counters that averaging keeps beside the weights.
  private static let bookkeeping: Set = ["n_averaged", "steps"]

  /// All that is taken off, in order.
  let text: String
  private let parts: [String]

  init(names: [String]) {
    var parts: [String] = []
    var rest = names.filter { !Self.bookkeeping.contains($0) }.map { $0[...] }
    while parts.count < 4, let wrapper = Self.wrappers.first(where: { Self.wraps($0, rest) }) {
      parts.append(wrapper)
      rest = rest.map { $0.hasPrefix(wrapper) ? $0.dropFirst(wrapper.count) : $0 }
    }
    self.parts = parts
    text = parts.joined()
  }

  func stripped(_ name: String) -> String {
    var rest = name[...]
    for part in parts where rest.hasPrefix(part) { rest = rest.dropFirst(part.count) }
    return String(rest)
  }

  func isBookkeeping(_ name: String) -> Bool { Self.bookkeeping.contains(name) }

  /// Whether all names start with `wrapper`; a backbone's head stands beside it.
  private static func wraps(_ wrapper: String, _ names: [Substring]) -> Bool {
    var count = 0
    for name in names {
      if name.hasPrefix(wrapper) {
        count += 1
      } else if wrapper != "backbone." || !name.hasPrefix("head.") {
        return false
      }
    }
    return count > 0
  }
}
