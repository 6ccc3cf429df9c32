/// How much memory beyond the mapping a file may cost: for inflated entries and for tensors that
/// cannot stay where they are. Proportional to the file, so that a small file cannot fill memory.
struct MemoryBudget {
  let limit: Int
  private(set) var used = 0

  init(fileSize: Int) { limit = (64 << 20) + 16 * min(fileSize, 1 << 50) }

  mutating func take(_ count: Int, path: String, place: String) throws(FormatError) {
    guard count <= limit - used else {
      throw .limit(
        path: path, place: place, quantity: "memory for inflated and rearranged data", limit: limit)
    }
    used += count
  }
}
