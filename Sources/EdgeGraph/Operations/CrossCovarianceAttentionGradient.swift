#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The derivatives of a ``CrossCovarianceAttention``. With q' and k' the unit columns, G = q'ᵀk' and
/// S = softmax(temperature · G): dv = dy S; dS = dyᵀv; dG = temperature · S (dS − Σⱼ S dS); the
/// derivative of the temperature is Σ S (dS − Σⱼ S dS) G; dq' = k' dGᵀ, dk' = q' dG, and
/// dq = (dq' − q' Σ(q' dq')) / |q|, likewise dk. Where the norm is at most 10⁻¹² it counts as a
/// constant, and the second term is missing. Norms and softmax are computed anew.
///
/// - Inputs: `dy` `[n, ..., c]`; `qkv` `[n, ..., 3c]`; `temperature` `[heads, 1, 1]`.
/// - Output: flat, that of `qkv`, then that of the temperature.
/// - Cost: 5 · tokens · c · c / heads multiply-adds for each of the batch.
public struct CrossCovarianceAttentionGradient: Operation {
  public static let name = "cross_covariance_attention_gradient"
  public let heads: Int

  public init(heads: Int) {
    precondition(heads > 0, "\(heads) heads")
    self.heads = heads
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let y = try CrossCovarianceAttention(heads: heads).outputShape(Array(inputs.dropFirst()))
    guard inputs[0] == y else {
      throw .mismatch(expected: "a gradient of \(y)", found: [inputs[0]])
    }
    return [inputs[1].count + heads]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let (dy, qkv) = (inputs[0], inputs[1])
    let products = dy.count * dy.columns / heads
    return Cost(
      multiplyAdds: 5 * products,
      operations: 8 * dy.count + 14 * dy[0] * dy.columns * dy.columns / heads,
      bytes: 4 * (dy.count + 2 * qkv.count))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let (dy, qkv) = (inputs[0].shape, inputs[1].shape)
    let (tokens, channels) = (dy.rows / dy[0], dy.columns)
    let width = channels / heads
    var gradient = [Double](repeating: 0, count: qkv.count)
    var temperatures = [Double](repeating: 0, count: heads)
    for item in 0..<dy[0] * heads {
      let (image, head) = (item / heads, item % heads)
      func columns(_ x: Reference, at first: Int) -> [[Double]] {
        (first..<first + width).map { column in
          (0..<tokens).map { x.values[(image * tokens + $0) * x.shape.columns + column] }
        }
      }
      let first = head * width
      let result = AttentionHead(
        dy: columns(inputs[0], at: first), q: columns(inputs[1], at: first),
        k: columns(inputs[1], at: channels + first), v: columns(inputs[1], at: 2 * channels + first)
      ).gradient(temperature: inputs[2].values[head])
      temperatures[head] += result.temperature
      for (part, values) in [result.q, result.k, result.v].enumerated() {
        for (column, numbers) in values.enumerated() {
          for (token, value) in numbers.enumerated() {
            let row = (image * tokens + token) * 3 * channels
            gradient[row + part * channels + first + column] = value
          }
        }
      }
    }
    return Reference(shape: [qkv.count + heads], values: gradient + temperatures)
  }
}

/// One head of one image, its matrices as lists of columns.
private struct AttentionHead {
  let dy, q, k, v: [[Double]]

  func gradient(
    temperature: Double
  ) -> (q: [[Double]], k: [[Double]], v: [[Double]], temperature: Double) {
    let (queries, keys) = (q.map(Unit.init), k.map(Unit.init))
    let scores = queries.map { query in keys.map { dot(query.column, $0.column) } }
    let weights = scores.map { softmax($0.map { temperature * $0 }) }
    let slopes = zip(dy, weights).map { column, row in
      let raw = v.map { dot(column, $0) }
      let mean = dot(raw, row)
      return zip(raw, row).map { ($0 - mean) * $1 }
    }
    let towardQueries = slopes.map { sum(keys.map(\.column), times: $0.map { temperature * $0 }) }
    let towardKeys = transposed(slopes).map {
      sum(queries.map(\.column), times: $0.map { temperature * $0 })
    }
    return (
      zip(queries, towardQueries).map { $0.gradient($1) },
      zip(keys, towardKeys).map { $0.gradient($1) },
      transposed(weights).map { sum(dy, times: $0) },
      zip(slopes, scores).reduce(0) { $0 + dot($1.0, $1.1) }
    )
  }

  private func softmax(_ row: [Double]) -> [Double] {
    let largest = row.max() ?? 0
    let values = row.map { exp($0 - largest) }
    let total = values.reduce(0, +)
    return values.map { $0 / total }
  }

  private func sum(_ columns: [[Double]], times factors: [Double]) -> [Double] {
    zip(columns, factors).reduce([Double](repeating: 0, count: columns[0].count)) { sum, term in
      zip(sum, term.0).map { $0 + term.1 * $1 }
    }
  }

  private func transposed(_ rows: [[Double]]) -> [[Double]] {
    rows.indices.map { j in rows.map { $0[j] } }
  }
}

/// A column divided by max(norm, 10⁻¹²).
private struct Unit {
  let column: [Double]
  private let norm: Double
  private static let least = 1e-12

  init(_ x: [Double]) {
    norm = dot(x, x).squareRoot()
    let divisor = max(norm, Self.least)
    column = x.map { $0 / divisor }
  }

  func gradient(_ d: [Double]) -> [Double] {
    let along = norm > Self.least ? dot(column, d) : 0
    let divisor = max(norm, Self.least)
    return zip(column, d).map { ($1 - $0 * along) / divisor }
  }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
}
