/// Some rows on the way back through an ``MLPBlock``, and where their tensors lie in scratch.
@safe struct BackwardTile {
  let frame: Frame
  let start, rows: Int
  /// n = norm(x) and its gradient.
  let normalized, dNormalized: UnsafeMutablePointer<Float>
  /// The pre-activation, the activation, and the gradient of the former.
  let wide, activated, dWide: UnsafeMutablePointer<Float>
  /// The gradient of the output, scaled.
  let dScaled: UnsafeMutablePointer<Float>
  /// For what one product rearranges.
  let rounded: UnsafeMutablePointer<Float>

  /// - Parameter capacity: rows that each tensor has room for.
  init(
    _ frame: Frame, start: Int, rows: Int, capacity: Int, channels: Int, hidden: Int, outputs: Int
  ) {
    self.frame = frame
    self.start = start
    self.rows = rows
    unsafe normalized = frame.scratch
    unsafe dNormalized = normalized + capacity * channels
    unsafe wide = dNormalized + capacity * channels
    unsafe activated = wide + capacity * hidden
    unsafe dWide = activated + capacity * hidden
    unsafe dScaled = dWide + capacity * hidden
    unsafe rounded = dScaled + capacity * outputs
  }
}
