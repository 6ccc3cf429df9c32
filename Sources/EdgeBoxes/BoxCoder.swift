#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Boxes relative to anchors, as SSD regresses them (arXiv:1512.02325, equation 2): with a center
/// (x, y) and a size (w, h),
///
///     t = ((x − xₐ) / wₐ / center variance, (y − yₐ) / hₐ / center variance,
///          ln(w / wₐ) / size variance, ln(h / hₐ) / size variance)
///
/// in float32, as in the official ParC-Net code (`cvnets/misc/box_utils.py`).
public struct BoxCoder: Hashable, Sendable {
  public let centerVariance, sizeVariance: Double

  /// - Precondition: both are positive.
  public init(centerVariance: Double = 0.1, sizeVariance: Double = 0.2) {
    precondition(
      centerVariance > 0 && sizeVariance > 0, "variances \(centerVariance), \(sizeVariance)")
    self.centerVariance = centerVariance
    self.sizeVariance = sizeVariance
  }

  /// Offsets `[n, 4]` of boxes from anchors.
  ///
  /// - Parameters:
  ///   - boxes: `[n, 4]`: left, top, right, bottom. Those without area give infinite numbers.
  ///   - anchors: `[n, 4]`, as in ``AnchorGrid/values``.
  /// - Precondition: there are as many anchors as boxes.
  public func encode(_ boxes: [Float], anchors: [Float]) -> [Float] {
    precondition(
      boxes.count == anchors.count && boxes.count.isMultiple(of: 4),
      "\(boxes.count) numbers of boxes for \(anchors.count) of anchors")
    var offsets: [Float] = []
    offsets.reserveCapacity(boxes.count)
    for index in 0..<boxes.count / 4 {
      offsets.append(four: offset(of: boxes.four(at: index), from: anchors.four(at: index)))
    }
    return offsets
  }

  /// Boxes `[n, 4]`: left, top, right, bottom in fractions of the image, not clipped.
  ///
  /// - Parameter locations: `[n, 4]`, as the network regresses them.
  /// - Precondition: there are as many anchors as locations.
  public func decode(_ locations: Span<Float>, anchors: [Float]) -> [Float] {
    precondition(
      locations.count == anchors.count && anchors.count.isMultiple(of: 4),
      "\(locations.count) numbers of boxes for \(anchors.count) of anchors")
    var boxes: [Float] = []
    boxes.reserveCapacity(anchors.count)
    for index in 0..<anchors.count / 4 {
      boxes.append(four: box(at: locations.four(at: index), from: anchors.four(at: index)))
    }
    return boxes
  }

  func offset(of box: SIMD4<Float>, from anchor: SIMD4<Float>) -> SIMD4<Float> {
    let center = (box.lowHalf + box.highHalf) * 0.5
    let ratio = (box.highHalf - box.lowHalf) / anchor.highHalf
    let logarithm = SIMD2(logf(ratio.x), logf(ratio.y))
    return SIMD4(
      lowHalf: (center - anchor.lowHalf) / anchor.highHalf / Float(centerVariance),
      highHalf: logarithm / Float(sizeVariance))
  }

  func box(at offset: SIMD4<Float>, from anchor: SIMD4<Float>) -> SIMD4<Float> {
    let center =
      offset.lowHalf * Float(centerVariance) * anchor.highHalf + anchor.lowHalf
    let exponent = offset.highHalf * Float(sizeVariance)
    let half = SIMD2(expf(exponent.x), expf(exponent.y)) * anchor.highHalf * 0.5
    return SIMD4(lowHalf: center - half, highHalf: center + half)
  }
}
