extension Image {
  /// The picture with left and right exchanged.
  public func flippedHorizontally() -> Image {
    var result = pixels
    var target = result.mutableSpan
    let bytes = pixels.span
    for row in 0..<height {
      let start = 3 * row * width
      let end = start + 3 * width - 3
      for place in stride(from: 0, to: 3 * width, by: 3) {
        target[start + place] = bytes[end - place]
        target[start + place + 1] = bytes[end - place + 1]
        target[start + place + 2] = bytes[end - place + 2]
      }
    }
    return Image(width: width, height: height, pixels: result)
  }
}
