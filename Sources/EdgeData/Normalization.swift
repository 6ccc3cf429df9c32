/// How bytes become what a network reads: `(p / 255 - mean) / std`, rounded after every operation
/// as PyTorch does, in the network's order of channels.
struct Normalization {
  /// Of red, green and blue, of values from 0 to 1.
  private let mean, std: [Float]
  private let order: [Int]

  /// - Precondition: three values each.
  init(mean: [Float], std: [Float], order: ChannelOrder) {
    precondition(mean.count == 3 && std.count == 3, "mean \(mean) and std \(std) need 3 values")
    self.mean = mean
    self.std = std
    self.order = order.channels
  }

  /// Writes a picture as `[height, width, 3]`.
  /// - Precondition: `output` has as many elements.
  func write(_ image: Image, into output: inout MutableSpan<Float>) {
    let tables = (0..<3).map { channel in
      (0..<256).map { value(Float($0), channel: channel) }
    }
    PixelLoops.write(image.pixels, through: tables, order: order, into: &output)
  }

  /// Writes values from 0 to 255 that are not whole, three a pixel.
  /// - Precondition: `output` has as many elements.
  func write(_ values: [Float], into output: inout MutableSpan<Float>) {
    precondition(output.count == values.count, "\(values.count) values for \(output.count)")
    for (place, channel) in order.enumerated() {
      for start in stride(from: 0, to: values.count, by: 3) {
        output[start + place] = value(values[start + channel], channel: channel)
      }
    }
  }

  private func value(_ byte: Float, channel: Int) -> Float {
    (byte / 255 - mean[channel]) / std[channel]
  }
}
