import CEdgeKernels
import EdgeGraph

/// Tiles of queries of one head of one group after another, so that threads share a small batch.
extension SoftmaxAttention: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let heads = AttentionHeads(
      try binding.operand(0), groups: TokenGroups(binding.inputs[0].shape, patch: patch),
      heads: heads)
    let (output, code) = (binding.output, binding.isa.code)
    let grid = heads.groups.grid(of: output)
    let tile = Int(EK_ATTENTION_QUERIES)
    let (tokens, width) = (heads.groups.tokens, heads.width)
    let tiles = (tokens + tile - 1) / tile
    let scratch = Int(
      ek_softmax_attention_scratch_count(code, Int64(tokens), Int64(width)))
    return KernelCall(items: heads.count * tiles, scratchCount: scratch) { frame, range in
      var item = range.lowerBound
      while item < range.upperBound {
        let (index, first) = (item / tiles, item % tiles)
        let end = min(tiles, first + range.upperBound - item)
        var head = unsafe heads.head(index, frame)
        var grid = grid
        unsafe ek_softmax_attention_f32(
          code, &head, Int64(first * tile), Int64(min(end * tile, tokens)),
          heads.pointer(index, in: output, frame), &grid, frame.scratch)
        item += end - first
      }
    }
  }
}

/// The heads of all groups of tokens, group by group.
struct AttentionHeads {
  let groups: TokenGroups
  /// Channels of a head.
  let width: Int
  private let qkv: Operand
  private let heads: Int

  init(_ qkv: Operand, groups: TokenGroups, heads: Int) {
    self.qkv = qkv
    self.groups = groups
    self.heads = heads
    width = qkv.columns / 3 / heads
  }

  var count: Int { groups.count * heads }

  /// The head's channels of its group's first token, in a matrix of all heads side by side.
  @inline(__always)
  func pointer(_ index: Int, in x: Operand, _ frame: Frame) -> UnsafeMutablePointer<Float> {
    unsafe x.pointer(frame, row: groups.first(index / heads)) + index % heads * width
  }

  @inline(__always)
  func head(_ index: Int, _ frame: Frame) -> ek_attention_head {
    let q = unsafe UnsafePointer(pointer(index, in: qkv, frame))
    let channels = heads * width
    return unsafe ek_attention_head(
      tokens: Int64(groups.tokens), width: Int64(width), scale: 1 / Float(width).squareRoot(),
      q: q, k: q + channels, v: q + 2 * channels, grid: groups.grid(of: qkv))
  }
}

extension TokenGroups {
  /// Where a group's tokens lie in a matrix.
  func grid(of x: Operand) -> ek_token_grid {
    ek_token_grid(
      columns: Int64(columns), stride: Int64(step * x.stride),
      row_stride: Int64(rowStep * x.stride))
  }
}
