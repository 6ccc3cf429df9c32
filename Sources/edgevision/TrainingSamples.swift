import EdgeData
import EdgeGraph
import EdgePlot
import EdgeTraining

/// The training pictures of a data set and what is learned of them, changed as a recipe says.
protocol TrainingSamples {
  var source: any PictureSource { get }
  /// Of a picture on a sheet, in points.
  var side: Double { get }

  /// A picture with what is learned of it, drawn.
  ///
  /// - Parameters:
  ///   - side: of the network's input.
  ///   - random: of the picture and the epoch.
  func item(_ index: Int, side: Int, random: inout RandomStream) throws -> ContactSheet.Item

  /// Writes a normalized picture, `[side, side, 3]`.
  func write(
    _ index: Int, side: Int, random: inout RandomStream, into output: inout MutableSpan<Float>
  ) throws
}

extension TrainingRecipe {
  /// The training pictures at a path.
  func samples(_ path: String) throws -> any TrainingSamples {
    switch resolvedTask {
    case .classification:
      let pair = try DatasetPair.open(path: path, validationPath: validationData)
      return ClassSamples(dataset: pair.training, transform: try transform())
    case .detection:
      let pair = try DetectionPair.open(path: path, validationPath: validationData)
      return ObjectSamples(dataset: pair.training.withoutEmpty, transform: detectionTransform())
    case .segmentation:
      let pair = try SegmentationPair.open(path: path, validationPath: validationData)
      return MaskSamples(dataset: pair.training, transform: segmentationTransform())
    }
  }
}

private struct ClassSamples: TrainingSamples {
  let dataset: any ImageDataset
  let transform: TrainingTransform

  var source: any PictureSource { dataset }
  var side: Double { 120 }

  func item(_ index: Int, side: Int, random: inout RandomStream) throws -> ContactSheet.Item {
    let image = try transform.image(
      dataset.content(at: index), height: side, width: side, random: &random,
      name: dataset.name(at: index))
    return ContactSheet.Item(
      try Bitmap(image), lines: [dataset.classNames[dataset.label(at: index)]])
  }

  func write(
    _ index: Int, side: Int, random: inout RandomStream, into output: inout MutableSpan<Float>
  ) throws {
    try transform(
      dataset.content(at: index), height: side, width: side, random: &random, into: &output,
      name: dataset.name(at: index))
  }
}

private struct ObjectSamples: TrainingSamples {
  let dataset: any DetectionDataset
  let transform: DetectionTransform

  var source: any PictureSource { dataset }
  var side: Double { 240 }

  func item(_ index: Int, side: Int, random: inout RandomStream) throws -> ContactSheet.Item {
    let (image, objects) = try sample(index, side: side, random: &random)
    let boxes = objects.map { object in
      LabeledBox(object.box, name: dataset.classNames[object.label], index: object.label)
    }
    return ContactSheet.Item(
      try PictureOverlay(image).boxes(boxes),
      lines: ["\(boxes.count) object\(boxes.count == 1 ? "" : "s")"])
  }

  func write(
    _ index: Int, side: Int, random: inout RandomStream, into output: inout MutableSpan<Float>
  ) throws {
    transform.write(try sample(index, side: side, random: &random).image, into: &output)
  }

  private func sample(
    _ index: Int, side: Int, random: inout RandomStream
  ) throws -> (image: Image, objects: [ObjectAnnotation]) {
    transform(
      try dataset.content(at: index).picture(name: dataset.name(at: index)),
      dataset.objects(at: index), height: side, width: side, random: &random)
  }
}

private struct MaskSamples: TrainingSamples {
  let dataset: any SegmentationDataset
  let transform: SegmentationTransform

  var source: any PictureSource { dataset }
  var side: Double { 240 }

  func item(_ index: Int, side: Int, random: inout RandomStream) throws -> ContactSheet.Item {
    let (image, mask) = try sample(index, side: side, random: &random)
    return ContactSheet.Item(
      try PictureOverlay(image).mask(labels: mask.labels, names: dataset.classNames), lines: [])
  }

  func write(
    _ index: Int, side: Int, random: inout RandomStream, into output: inout MutableSpan<Float>
  ) throws {
    transform.write(try sample(index, side: side, random: &random).image, into: &output)
  }

  private func sample(
    _ index: Int, side: Int, random: inout RandomStream
  ) throws -> (image: Image, mask: Mask) {
    transform(
      try dataset.content(at: index).picture(name: dataset.name(at: index)),
      try dataset.mask(at: index), height: side, width: side, random: &random)
  }
}
