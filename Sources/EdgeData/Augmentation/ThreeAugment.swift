import EdgeGraph

/// The three plain changes of DeiT III (Touvron et al., arXiv:2204.07118), one of which is drawn.
public enum ThreeAugment: Int, Sendable, CaseIterable {
  /// Grey.
  case grayscale
  /// Inverts values from 192 on, in half of the cases (torchvision's `RandomSolarize(192)`).
  case solarize
  /// A bell of 5 columns and 9 rows with a standard deviation of 0.1 to 2 pixels (torchvision's
  /// `GaussianBlur((5, 9))`).
  case blur

  static func drawn(_ random: inout RandomStream) -> ThreeAugment {
    allCases[random.integer(below: allCases.count)]
  }

  func callAsFunction(_ image: Image, random: inout RandomStream) -> Image {
    switch self {
    case .grayscale: image.grayscale()
    case .solarize: random.happens(0.5) ? image.solarized(threshold: 192) : image
    case .blur:
      image.gaussianBlurred(columns: 5, rows: 9, sigma: random.uniform(in: 0.1...2))
    }
  }
}
