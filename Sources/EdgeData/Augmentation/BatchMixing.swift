import EdgeGraph

/// Mixes the pictures of a batch and their targets: mixup (Zhang et al., arXiv:1710.09412) adds
/// two pictures, CutMix (Yun et al., arXiv:1905.04899) puts a part of one into the other. The
/// partner of picture i of n is n - 1 - i, as in timm's `Mixup`; of an odd number, which timm
/// refuses, the middle one is its own partner.
///
/// With one of the amounts above 0, batches are mixed: `probability` is 1 unless something else is
/// asked for. (In EdgeNeXt's `main.py` the option `--mixup_prob` is 0 by default, so that `--mixup`
/// alone mixes nothing.)
public struct BatchMixing: Sendable, Equatable {
  /// What shares a draw.
  public enum Mode: String, Sendable, CaseIterable {
    /// The whole batch.
    case batch
    /// Two partners.
    case pair
    /// Nothing: each picture has its own.
    case elem
  }

  /// Shares are drawn from Beta(`mixup`, `mixup`); 0: no mixup.
  public var mixup: Double
  /// Shares are drawn from Beta(`cutmix`, `cutmix`); 0: no CutMix.
  public var cutmix: Double
  /// The sides of CutMix's part in proportion to the picture's, drawn evenly, instead of
  /// following from the share; turns CutMix on.
  public var cutmixSides: ClosedRange<Double>?
  /// That anything is mixed.
  public var probability: Double
  /// Of CutMix, where both are on.
  public var switchProbability: Double
  public var mode: Mode

  /// - Precondition: no amount is negative, and sides are from 0 to 1.
  public init(
    mixup: Double = 0, cutmix: Double = 0, cutmixSides: ClosedRange<Double>? = nil,
    probability: Double = 1, switchProbability: Double = 0.5, mode: Mode = .batch
  ) {
    precondition(mixup >= 0 && cutmix >= 0, "mixup \(mixup), cutmix \(cutmix)")
    if let sides = cutmixSides {
      precondition(sides.lowerBound >= 0 && sides.upperBound <= 1, "sides of \(sides)")
    }
    self.mixup = mixup
    self.cutmix = cutmix
    self.cutmixSides = cutmixSides
    self.probability = probability
    self.switchProbability = switchProbability
    self.mode = mode
  }

  /// Whether pictures are ever mixed.
  public var isActive: Bool {
    probability > 0 && (mixup > 0 || cutmix > 0 || cutmixSides != nil)
  }

  /// Writes `[labels.count, classes]`: `smoothing / classes` for each class, and `1 - smoothing`
  /// more for the picture's own.
  ///
  /// - Precondition: labels are below `classes`, and `targets` has as many elements.
  public static func writeTargets(
    _ labels: [Int], classes: Int, smoothing: Double = 0.1,
    into targets: inout MutableSpan<Float>
  ) {
    precondition(targets.count == labels.count * classes, "\(targets.count) targets")
    let off = smoothing / Double(classes)
    for index in targets.indices { targets[index] = Float(off) }
    for (row, label) in labels.enumerated() {
      precondition((0..<classes).contains(label), "label \(label) of \(classes) classes")
      targets[row * classes + label] = Float(1 - smoothing + off)
    }
  }

  /// Mixes `[n, height, width, 3]` pictures and `[n, classes]` targets in place.
  ///
  /// - Precondition: the counts of elements fit `count`, which is n.
  public func callAsFunction(
    images: inout MutableSpan<Float>, targets: inout MutableSpan<Float>, count: Int, height: Int,
    width: Int, random: inout RandomStream
  ) {
    precondition(images.count == 3 * count * height * width, "\(images.count) values")
    precondition(count > 0 && targets.count % count == 0, "\(targets.count) targets")
    guard isActive else { return }
    let blends = blends(count: count, height: height, width: width, random: &random)
    BatchMixer(blends: blends, height: height, width: width)
      .mix(images: &images, targets: &targets)
  }

  /// How each picture is mixed.
  func blends(
    count: Int, height: Int, width: Int, random: inout RandomStream
  ) -> [PictureBlend] {
    switch mode {
    case .batch:
      return Array(repeating: blend(height: height, width: width, &random), count: count)
    case .elem:
      return (0..<count).map { _ in blend(height: height, width: width, &random) }
    case .pair:
      let half = (0..<(count + 1) / 2).map { _ in blend(height: height, width: width, &random) }
      return half + half.prefix(count / 2).reversed()
    }
  }

  private func blend(height: Int, width: Int, _ random: inout RandomStream) -> PictureBlend {
    guard random.happens(probability) else { return .none }
    let cuts = cutmix > 0 || cutmixSides != nil
    if cuts && (mixup == 0 || random.happens(switchProbability)) {
      if let sides = cutmixSides {
        return .drawn(sides: sides, height: height, width: width, &random)
      }
      let share = random.beta(cutmix, cutmix)
      let y = random.integer(below: height)
      let x = random.integer(below: width)
      return .cut(share: share, centerX: x, centerY: y, height: height, width: width)
    }
    return PictureBlend(share: Float(random.beta(mixup, mixup)), window: nil)
  }
}
