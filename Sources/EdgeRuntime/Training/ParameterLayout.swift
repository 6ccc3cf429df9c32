import EdgeGraph

/// Where the parameters of a model lie in one flat vector, and their gradients and moments in
/// vectors of the same layout: the trainable ones first, then the buffers that aren't trained, such
/// as a batch norm's `running_mean`. Each begins at a multiple of ``alignment``; the gaps stay zero.
package struct ParameterLayout: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    /// As in the checkpoint.
    package let name: String
    package let shape: Shape
    /// Its numbers in the vector, in C order.
    package let range: Range<Int>
    package let isTrainable: Bool
  }

  /// Floats of a cache line.
  package static let alignment = 16

  package let entries: [Entry]
  /// The length of vectors that have a place for the trainable parameters only.
  package let trainableCount: Int
  /// The length of vectors that have a place for everything.
  package let count: Int
  private let indices: [String: Int]

  /// - Parameter parameters: with different names, in the order in which they are laid out, but
  ///   that trainable ones go before.
  package init(_ parameters: [(name: String, shape: Shape, isTrainable: Bool)]) {
    var entries: [Entry] = []
    var end = 0
    func append(where isTrainable: Bool) {
      for parameter in parameters where parameter.isTrainable == isTrainable {
        let range = end..<end + parameter.shape.count
        entries.append(
          Entry(
            name: parameter.name, shape: parameter.shape, range: range, isTrainable: isTrainable))
        end = (range.upperBound + Self.alignment - 1) / Self.alignment * Self.alignment
      }
    }
    append(where: true)
    trainableCount = end
    append(where: false)
    count = end
    self.entries = entries
    indices = Dictionary(entries.enumerated().map { ($1.name, $0) }) { first, second in
      preconditionFailure("'\(entries[first].name)' is entry \(first) and entry \(second)")
    }
  }

  /// The index in ``entries`` of the parameter of a name.
  package func index(of name: String) -> Int? { indices[name] }

  package subscript(name: String) -> Entry? { indices[name].map { entries[$0] } }
}
