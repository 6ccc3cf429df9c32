import EdgeBoxes
import EdgeData
import EdgePlot
import EdgeTraining

/// Where the pictures go that a network does best and worst on.
struct RankingFiles {
  let best, worst: PictureFile?

  /// How many pictures of each kind are drawn.
  var limit: Int { best == nil && worst == nil ? 0 : 10 }

  /// Pictures with the boxes that were found, beside the same with the true ones.
  func write(_ ranking: RankedPictures<[Detection]>, in dataset: some DetectionDataset) throws {
    try write(ranking) { entries in
      let items = try entries.map { entry in
        let picture = try RankedPicture(entry.index, of: dataset)
        return ContactSheet.Item(
          try picture.boxes(entry.answer, names: dataset.classNames),
          companion: try picture.boxes(
            dataset.objects(at: entry.index), names: dataset.classNames),
          lines: [picture.name, "F1 \(Self.percent(entry.figure))"])
      }
      return try ContactSheet(items, columns: 2, side: 240)
    }
  }

  /// Pictures tinted by the classes that were predicted, beside the same with the true ones.
  func write(_ ranking: RankedPictures<Mask>, in dataset: some SegmentationDataset) throws {
    try write(ranking) { entries in
      var occurs = [Bool](repeating: false, count: 256)
      let items = try entries.map { entry in
        let picture = try RankedPicture(entry.index, of: dataset)
        let masks = [entry.answer, try dataset.mask(at: entry.index)].map(picture.scaled)
        for label in masks.joined() { occurs[Int(label)] = true }
        let tinted = try masks.map { try picture.tinted($0, names: dataset.classNames) }
        return ContactSheet.Item(
          tinted[0], companion: tinted[1],
          lines: [picture.name, "mean IoU \(Self.percent(entry.figure))"])
      }
      var sheet = try ContactSheet(items, columns: 2, side: 240)
      for (label, name) in dataset.classNames.enumerated() where occurs[label] {
        sheet.legend[label] = name
      }
      return sheet
    }
  }

  private func write<Answer: Sendable>(
    _ ranking: RankedPictures<Answer>,
    draw: ([RankedPictures<Answer>.Entry]) throws -> ContactSheet
  ) throws {
    for (file, kind, entries) in [
      (best, "best", ranking.best), (worst, "worst", ranking.worst),
    ] {
      guard let file else { continue }
      var sheet = try draw(entries)
      sheet.title = "The \(kind) pictures: found (left) and true (right)"
      try file.write(sheet)
      Console.note("\(file.path): the \(entries.count) \(kind) pictures")
    }
  }

  private static func percent(_ figure: PictureFigure) -> String {
    "\(fixed(100 * figure.value, digits: 2)) %"
  }
}

/// A picture of a data set at the size at which it is drawn.
private struct RankedPicture {
  /// Of its file.
  let name: String
  private let overlay: PictureOverlay
  /// Pixels drawn for each of the picture.
  private let scale: (x: Double, y: Double)

  init(_ index: Int, of dataset: some PictureSource) throws {
    let path = dataset.name(at: index)
    let image = try dataset.content(at: index).picture(name: path)
    overlay = try PictureOverlay(Bitmap(image, side: 480))
    scale = (
      Double(overlay.width) / Double(image.width), Double(overlay.height) / Double(image.height)
    )
    name = path.split(separator: "/").last.map(String.init) ?? path
  }

  func boxes(_ found: [Detection], names: [String]) throws -> Bitmap {
    let order = found.sorted { $0.score > $1.score }
    return try overlay.boxes(
      order.map { detection in
        LabeledBox(
          detection.box.scaled(x: scale.x, y: scale.y), name: names[detection.label],
          score: detection.score, index: detection.label)
      })
  }

  func boxes(_ objects: [ObjectAnnotation], names: [String]) throws -> Bitmap {
    try overlay.boxes(
      objects.map { object in
        let remark = object.isCrowd ? " (crowd)" : object.isDifficult ? " (difficult)" : ""
        return LabeledBox(
          object.box.scaled(x: scale.x, y: scale.y), name: names[object.label] + remark,
          index: object.label)
      })
  }

  /// The labels of a mask of the whole picture, for each pixel that is drawn.
  func scaled(_ mask: Mask) -> [UInt8] {
    mask.resized(width: overlay.width, height: overlay.height).labels
  }

  func tinted(_ labels: [UInt8], names: [String]) throws -> Bitmap {
    try overlay.mask(labels: labels, names: names, hasLegend: false)
  }
}
