import EdgeGraph

/// What is wrong between a checkpoint and the model that is built from it, all at once.
public struct CheckpointError: Error, Equatable, Sendable {
  public struct Missing: Equatable, Sendable {
    public let name: String
    public let shape: Shape
    /// A left-over name of the checkpoint that may have been meant.
    public let nearest: String?

    public init(name: String, shape: Shape, nearest: String?) {
      self.name = name
      self.shape = shape
      self.nearest = nearest
    }
  }

  public struct Misshapen: Equatable, Sendable {
    public let name: String
    public let expected: Shape
    public let found: Shape

    public init(name: String, expected: Shape, found: Shape) {
      self.name = name
      self.expected = expected
      self.found = found
    }
  }

  public let missing: [Missing]
  public let misshapen: [Misshapen]
  public let leftOver: [String]

  public init(missing: [Missing], misshapen: [Misshapen], leftOver: [String]) {
    self.missing = missing
    self.misshapen = misshapen
    self.leftOver = leftOver
  }
}

extension CheckpointError: CustomStringConvertible {
  public var description: String {
    var lines = ["the checkpoint's tensors are not those of the model"]
    lines += section(
      "missing",
      missing.map { tensor in
        "\(tensor.name) \(tensor.shape)"
          + (tensor.nearest.map { "; did the file mean it by '\($0)'?" } ?? "")
      })
    lines += section(
      "of another shape",
      misshapen.map { "\($0.name): expected \($0.expected), found \($0.found)" })
    lines += section("left over", leftOver)
    return lines.joined(separator: "\n")
  }

  private func section(_ title: String, _ entries: [String]) -> [String] {
    entries.isEmpty ? [] : ["  \(title) (\(entries.count)):"] + entries.map { "    \($0)" }
  }
}
