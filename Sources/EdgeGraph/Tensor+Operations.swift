extension Tensor {
  public static func + (a: Tensor, b: Tensor) -> Tensor { Tensor(Add(), [a, b]) }

  public static func * (a: Tensor, b: Tensor) -> Tensor { Tensor(Multiply(), [a, b]) }

  /// Consecutive ranges of the last axis with the given widths.
  public func split(widths: [Int]) -> [Tensor] {
    var start = 0
    return widths.map { width in
      defer { start += width }
      return Tensor(Slice(start..<start + width), [self])
    }
  }

  public static func concatenate(_ parts: [Tensor]) -> Tensor { Tensor(Concatenate(), parts) }

  /// The sum over the axes along which `shape` repeats; this tensor where it is its own shape.
  public func sum(to shape: Shape) -> Tensor {
    shape == self.shape ? self : Tensor(Sum(to: shape), [self])
  }

  /// The mean over height and width: `[n, h, w, c]` → `[n, c]`.
  public func spatialMean() -> Tensor { Tensor(SpatialMean(), [self]) }

  /// The largest values in square windows: see ``MaxPool``.
  public func maxPool(kernelSize: Int, stride: Int, padding: Int = 0) -> Tensor {
    Tensor(MaxPool(kernelSize: kernelSize, stride: stride, padding: padding), [self])
  }

  /// The places of the largest numbers along the last axis: see ``ArgMax``.
  public func argMax() -> Tensor { Tensor(ArgMax(), [self]) }
}

/// Probabilities along the last axis: see ``Softmax``.
public func softmax(_ x: Tensor) -> Tensor { Tensor(Softmax(), [x]) }

/// The exact Gaussian error linear unit.
public func gelu(_ x: Tensor) -> Tensor { Tensor(Activation(.gelu), [x]) }

/// x · clamp(x + 3, 0, 6) / 6.
public func hardswish(_ x: Tensor) -> Tensor { Tensor(Activation(.hardswish), [x]) }

/// x · sigmoid(x).
public func silu(_ x: Tensor) -> Tensor { Tensor(Activation(.silu), [x]) }

/// max(x, 0).
public func relu(_ x: Tensor) -> Tensor { Tensor(Activation(.relu), [x]) }

/// clamp(x, 0, 6).
public func relu6(_ x: Tensor) -> Tensor { Tensor(Activation(.relu6), [x]) }

/// clamp(x + 3, 0, 6) / 6.
public func hardsigmoid(_ x: Tensor) -> Tensor { Tensor(Activation(.hardsigmoid), [x]) }

/// 1 / (1 + e⁻ˣ).
public func sigmoid(_ x: Tensor) -> Tensor { Tensor(Activation(.sigmoid), [x]) }
