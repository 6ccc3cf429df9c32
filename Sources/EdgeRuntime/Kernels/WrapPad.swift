import CEdgeKernels
import EdgeGraph

/// Images that go on at the other end: the last rows or columns again before the first ones, the
/// first again behind the last.
///
/// - Input: `x` `[n, h, w, c]`, longer along the axis than what is added on a side.
/// - Output: `x` with `before + after` more rows, or columns. Cost: one copy.
struct WrapPad: Operation {
  static let name = "wrap_pad"
  let axis: CircularConvolution.Axis
  let before, after: Int

  func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let x = inputs[0]
    guard x.rank == 4 else { throw .rank(expected: "4 [n, h, w, c]", found: x) }
    guard max(before, after) <= x[axis.rawValue] else {
      throw .extent(axis: axis.rawValue, expected: "at least \(max(before, after))", found: x)
    }
    return x.replacing(axis: axis.rawValue, with: x[axis.rawValue] + before + after)
  }

  func cost(_ inputs: [Shape]) -> Cost {
    let added = inputs[0].replacing(axis: axis.rawValue, with: before + after).count
    return Cost(bytes: 4 * (2 * inputs[0].count + added))
  }

  func reference(_ inputs: [Reference]) -> Reference {
    let x = inputs[0].shape
    let extent = x[axis.rawValue]
    let inner = x.dimensions.dropFirst(axis.rawValue + 1).reduce(1, *)
    let length = extent + before + after
    let shape = x.replacing(axis: axis.rawValue, with: length)
    let values = (0..<shape.count).map { position in
      let (line, element) = (position / inner, position % inner)
      let place = (line % length + extent - before) % extent
      return inputs[0].values[(line / length * extent + place) * inner + element]
    }
    return Reference(shape: shape, values: values)
  }
}

extension WrapPad: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let (x, output) = (try binding.operand(0), binding.output)
    let (image, result) = (binding.inputs[0].shape, binding.shape)
    let (height, width) = (image[1], image[2])
    // Columns that are copied together: those from the other end, the image's, the others.
    let runs =
      axis == .height ? [0..<width] : [width - before..<width, 0..<width, 0..<after]
    let rowsBefore = axis == .height ? before : 0
    return KernelCall(items: result[0] * result[1]) { frame, range in
      for row in range {
        let place = (row % result[1] + height - rowsBefore) % height
        let source = (row / result[1] * height + place) * width
        var target = row * result[2]
        for run in runs {
          unsafe ek_copy_f32(
            Int64(run.count), Int64(x.columns), x.pointer(frame, row: source + run.lowerBound),
            Int64(x.stride), output.pointer(frame, row: target), Int64(output.stride))
          target += run.count
        }
      }
    }
  }
}
