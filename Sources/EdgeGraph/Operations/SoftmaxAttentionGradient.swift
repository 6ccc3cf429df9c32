/// The derivative of a ``SoftmaxAttention``. With the weights S = softmax(q kᵀ / √d), which are
/// computed anew: dv = Sᵀ dy; dS = dy vᵀ; dL = S (dS − Σⱼ S dS) / √d; dq = dL k; dk = dLᵀ q.
///
/// - Inputs: `dy` `[n, ..., c]`; `qkv` `[n, ..., 3c]`.
/// - Output: the shape of `qkv`.
/// - Cost: 5 · tokens² · c multiply-adds for every group of tokens that attend to each other.
public struct SoftmaxAttentionGradient: Operation {
  public static let name = "softmax_attention_gradient"
  public let heads: Int
  public let patch: Int

  /// - Parameters heads, patch: at least 1.
  public init(heads: Int, patch: Int = 1) {
    precondition(heads > 0 && patch > 0, "\(heads) heads, patches of \(patch)")
    self.heads = heads
    self.patch = patch
  }

  /// What it is the derivative of.
  private var attention: SoftmaxAttention { SoftmaxAttention(heads: heads, patch: patch) }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let y = try attention.outputShape([inputs[1]])
    guard inputs[0] == y else {
      throw .mismatch(expected: "a gradient of \(y)", found: [inputs[0]])
    }
    return inputs[1]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let (dy, qkv) = (inputs[0], inputs[1])
    let groups = TokenGroups(qkv, patch: patch)
    let pairs = groups.count * groups.tokens * groups.tokens
    return Cost(
      multiplyAdds: 5 * pairs * dy[-1], operations: 12 * pairs * heads,
      bytes: 4 * (dy.count + 2 * qkv.count))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let (dy, qkv) = (AttentionRows(inputs[0]), inputs[1])
    let channels = inputs[0].shape[-1]
    var gradient = AttentionRows(qkv)
    attention.forEachHead(of: qkv) { rows, head, column in
      let slopes = dy.get(rows, from: column, width: channels / heads)
      for (part, numbers) in head.gradients(slopes).enumerated() {
        gradient.set(rows, from: part * channels + column, to: numbers)
      }
    }
    return gradient.value
  }
}

extension TokenHead {
  /// Those of queries, keys and values.
  fileprivate func gradients(_ dy: [[Double]]) -> [[[Double]]] {
    let weights = self.weights
    let slopes = zip(dy, weights).map { row, weights in
      let raw = v.map { dot(row, $0) }
      let mean = dot(raw, weights)
      return zip(raw, weights).map { scale * $1 * ($0 - mean) }
    }
    return [
      slopes.map { sum(k, times: $0) },
      k.indices.map { j in sum(q, times: slopes.map { $0[j] }) },
      v.indices.map { j in sum(dy, times: weights.map { $0[j] }) },
    ]
  }
}
