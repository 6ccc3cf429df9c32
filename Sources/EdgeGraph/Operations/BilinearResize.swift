/// An image of another size, each pixel made of the four that its center lies between (PyTorch's
/// `interpolate` with `mode="bilinear"` and `align_corners=False`, without antialiasing).
///
/// Along each axis the place i is (i + ½) · extent / size − ½ of the input's, at least 0, and beyond
/// the last pixel that pixel.
///
/// - Input: `x` `[n, h, w, c]`. Output: `[n, height, width, c]`.
/// - Derivative: ``BilinearResizeGradient``.
/// - Cost: 9 operations per element of the output.
public struct BilinearResize: DifferentiableOperation {
  public static let name = "bilinear_resize"
  public let height: Int
  public let width: Int

  /// - Parameters height, width: of the output; at least 1.
  public init(height: Int, width: Int) {
    precondition(height > 0 && width > 0, "\(height) x \(width) pixels")
    self.height = height
    self.width = width
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let x = inputs[0]
    guard x.rank == 4 else { throw .rank(expected: "4 [n, h, w, c]", found: x) }
    for axis in 1...2 where x[axis] < 1 {
      throw .extent(axis: axis, expected: "at least 1", found: x)
    }
    return [x[0], height, width, x[3]]
  }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    let x = inputs[0].shape
    return [Tensor(BilinearResizeGradient(height: x[1], width: x[2]), [dy])]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let x = inputs[0]
    let output = x[0] * height * width * x[3]
    return Cost(operations: 9 * output, bytes: 4 * (x.count + output))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let x = inputs[0].shape
    let shape: Shape = [x[0], height, width, x[3]]
    var values = [Double](repeating: 0, count: shape.count)
    forEachTerm(of: x) { pixel, source, weight in
      for c in 0..<x[3] {
        values[pixel * x[3] + c] += weight * inputs[0].values[source * x[3] + c]
      }
    }
    return Reference(shape: shape, values: values)
  }

  /// Calls `body` with every pixel of the output, each of the four that it is made of, and its
  /// weight.
  func forEachTerm(of x: Shape, _ body: (_ pixel: Int, _ source: Int, Double) -> Void) {
    let rows = LinearTap.taps(from: x[1], to: height)
    let columns = LinearTap.taps(from: x[2], to: width)
    for pixel in 0..<x[0] * height * width {
      let image = pixel / width / height
      for (row, down) in rows[pixel / width % height].terms {
        for (column, across) in columns[pixel % width].terms {
          body(pixel, (image * x[1] + row) * x[2] + column, down * across)
        }
      }
    }
  }
}

/// What one place of a resized axis is made of: (1 − share) x[first] + share x[second].
package struct LinearTap: Sendable {
  package let first: Int
  package let second: Int
  package let share: Double

  var terms: [(Int, Double)] { [(first, 1 - share), (second, share)] }

  /// Those of all places.
  package static func taps(from extent: Int, to size: Int) -> [LinearTap] {
    let step = Double(extent) / Double(size)
    return (0..<size).map { index in
      let place = max((Double(index) + 0.5) * step - 0.5, 0)
      let first = min(Int(place), extent - 1)
      return LinearTap(
        first: first, second: min(first + 1, extent - 1), share: place - Double(first))
    }
  }
}
