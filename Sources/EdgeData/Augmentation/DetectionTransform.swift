import EdgeBoxes
import EdgeGraph

/// What becomes of a picture with boxes in training: a random part, changed in color, flipped, and
/// resized to the network's size whatever its shape (cvnets' `coco_ssd`).
public struct DetectionTransform: PictureNormalizing, Sendable, Equatable {
  /// Nil: the whole picture.
  public var crop: OverlapCrop? = OverlapCrop()
  /// Nil: the colors as they are.
  public var distortion: PhotometricDistortion? = PhotometricDistortion()
  public var flipProbability = 0.5
  public var filter = ResizeFilter.openCVBilinear
  /// Of values from 0 to 1, for red, green and blue in any order of channels.
  public var mean = EvaluationTransform.imageNetMean
  public var std = EvaluationTransform.imageNetStd
  public var channelOrder = ChannelOrder.rgb

  public init() {}

  /// A picture's training example, and the objects in it, with boxes in its pixels.
  ///
  /// Crowds are left out, and objects that are outside of the part or have no area in it.
  ///
  /// - Parameters:
  ///   - objects: in pixels of `image`.
  ///   - random: what is drawn depends on this stream, the picture's size, the boxes and the options
  ///     only.
  /// - Returns: a picture of `width` by `height` pixels.
  public func callAsFunction(
    _ image: Image, _ objects: [ObjectAnnotation], height: Int, width: Int,
    random: inout RandomStream
  ) -> (image: Image, objects: [ObjectAnnotation]) {
    var image = image
    var objects = Self.inside(image, objects)
    if let crop {
      let window = crop.window(
        width: image.width, height: image.height, boxes: objects.map(\.box), random: &random)
      image = image.cropped(
        x: window.x, y: window.y, width: window.width, height: window.height)
      objects = OverlapCrop.objects(objects, in: window)
    }
    if let distortion { image = distortion(image, random: &random) }
    if random.happens(flipProbability) {
      objects = objects.map { $0.with($0.box.flipped(width: Double(image.width))) }
      image = image.flippedHorizontally()
    }
    let (x, y) = (Double(width) / Double(image.width), Double(height) / Double(image.height))
    let resized = image.resized(width: width, height: height, filter: filter)
    // Scaling may round an edge to beyond the picture's.
    return (resized, Self.inside(resized, objects.map { $0.with($0.box.scaled(x: x, y: y)) }))
  }

  /// What can be trained on, cut off at the picture's edges.
  ///
  /// - Parameter objects: in pixels of `image`.
  package static func inside(
    _ image: Image, _ objects: [ObjectAnnotation]
  ) -> [ObjectAnnotation] {
    let bounds = Box(
      left: 0, top: 0, right: Double(image.width), bottom: Double(image.height))
    return objects.filter(\.isLearned)
      .map { $0.with($0.box.clamped(to: bounds)) }
      .filter { !$0.box.isEmpty }
  }
}

extension Box {
  /// In a picture of this width whose left and right are exchanged.
  fileprivate func flipped(width: Double) -> Box {
    Box(left: width - right, top: top, right: width - left, bottom: bottom)
  }
}
