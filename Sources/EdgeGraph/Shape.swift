/// The extents of a tensor, outermost first; images are `[batch, height, width, channels]`.
public struct Shape: Hashable, Sendable {
  public let dimensions: [Int]

  /// - Precondition: no extent is negative and the product fits an `Int`. What comes from a file
  ///   goes through ``init(checking:limit:)``.
  public init(_ dimensions: [Int]) {
    precondition(dimensions.allSatisfy { $0 >= 0 }, "negative extent in \(dimensions)")
    self.dimensions = dimensions
  }

  /// A shape from outside, or nil where an extent is negative or there are more than `limit`
  /// elements. An empty axis counts as one, so that no product of some of the extents overflows.
  public init?(checking dimensions: [Int], limit: Int = 1 << 40) {
    var count = 1
    for extent in dimensions {
      let (product, overflow) = count.multipliedReportingOverflow(by: max(extent, 1))
      guard extent >= 0, !overflow, product <= limit else { return nil }
      count = product
    }
    self.dimensions = dimensions
  }

  public var rank: Int { dimensions.count }

  /// The number of elements; 1 for a scalar.
  public var count: Int { dimensions.reduce(1, *) }

  /// The extent of an axis; negative axes count from the end.
  public subscript(axis: Int) -> Int {
    dimensions[axis < 0 ? dimensions.count + axis : axis]
  }

  /// The innermost extent, 1 for a scalar.
  public var columns: Int { dimensions.last ?? 1 }

  /// The number of vectors along the innermost axis.
  public var rows: Int { dimensions.dropLast().reduce(1, *) }

  /// This shape with another extent along `axis`; negative axes count from the end.
  public func replacing(axis: Int, with extent: Int) -> Shape {
    var result = dimensions
    result[axis < 0 ? dimensions.count + axis : axis] = extent
    return Shape(result)
  }
}

extension Shape: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: Int...) { self.init(elements) }
}

extension Shape: CustomStringConvertible {
  public var description: String { "[" + dimensions.map(String.init).joined(separator: ", ") + "]" }
}
