/// In which order a network wants the colors of a pixel.
public enum ChannelOrder: String, Sendable, CaseIterable {
  case rgb
  /// OpenCV's order, that of networks from cvnets.
  case bgr

  /// For each place, where its color lies in a picture of red, green and blue.
  var channels: [Int] {
    switch self {
    case .rgb: [0, 1, 2]
    case .bgr: [2, 1, 0]
    }
  }
}
