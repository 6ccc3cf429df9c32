import Synchronization

/// A check of every picture before hours are spent on them: that it can be read, that its header
/// states a format and a size that are decoded, and that its end isn't missing. Pixels are not
/// decoded, so damage in the middle of a file is not found. Boxes must be of a picture of this size,
/// and masks are read.
public struct DatasetScan: Sendable {
  /// A picture that can't be used.
  public struct BadPicture: Sendable, Equatable {
    public let index: Int
    public let name: String
    public let reason: String
  }

  /// How many pictures were looked at.
  public let checked: Int
  /// In the data set's order.
  public let unreadable: [BadPicture]
  private let annotationsOnly: Bool

  /// Reads all files; the system's cache then holds what fits.
  ///
  /// - Parameters:
  ///   - annotationsOnly: whether only boxes and masks are looked at, and of pictures their headers,
  ///     to compare sizes.
  ///   - threads: how many read at a time, the caller's own included.
  ///   - progress: called on the caller's thread, now and then and at the end, with the number of
  ///     pictures that were checked and of all.
  public init(
    _ dataset: any PictureSource, annotationsOnly: Bool = false, threads: Int = 2,
    progress: (Int, Int) -> Void = { _, _ in }
  ) {
    self.annotationsOnly = annotationsOnly
    let work = Work(dataset, annotationsOnly: annotationsOnly)
    let helpers = (1..<max(1, threads)).compactMap { _ in WorkerThread { work.run() } }
    work.run { progress($0, dataset.count) }
    for helper in helpers { helper.join() }
    progress(dataset.count, dataset.count)
    checked = dataset.count
    unreadable = work.bad.withLock { $0.sorted { $0.index < $1.index } }
  }

  /// The data set without what can't be used.
  ///
  /// - Precondition: it is the one that was scanned.
  public func skippingBad(in dataset: some ImageDataset) -> any ImageDataset {
    goodIndices(of: dataset).map { DatasetSubset(dataset, indices: $0) } ?? dataset
  }

  /// Likewise.
  public func skippingBad(in dataset: some DetectionDataset) -> any DetectionDataset {
    goodIndices(of: dataset).map { DatasetSubset(dataset, indices: $0) } ?? dataset
  }

  /// Likewise.
  public func skippingBad(in dataset: some SegmentationDataset) -> any SegmentationDataset {
    goodIndices(of: dataset).map { DatasetSubset(dataset, indices: $0) } ?? dataset
  }

  /// Nil where all are good.
  private func goodIndices(of dataset: any PictureSource) -> [Int]? {
    precondition(dataset.count == checked, "\(dataset.count) pictures, \(checked) were scanned")
    if unreadable.isEmpty { return nil }
    let bad = Set(unreadable.map(\.index))
    return (0..<checked).filter { !bad.contains($0) }
  }

  /// The number of pictures that can't be used, and a line for each of the first 20.
  public var report: String {
    guard !unreadable.isEmpty else { return "all \(checked) pictures can be read" }
    let part = "\(unreadable.count) of \(checked) pictures"
    var lines = [
      annotationsOnly ? "the annotations of \(part) don't fit them:" : "\(part) can't be read:"
    ]
    lines += unreadable.prefix(20).map { "  \($0.reason)" }
    if unreadable.count > 20 { lines.append("  and \(unreadable.count - 20) more") }
    return lines.joined(separator: "\n")
  }

  /// The pictures that nobody has taken yet.
  private final class Work: Sendable {
    private let dataset: any PictureSource
    private let annotationsOnly: Bool
    private let next = Atomic(0)
    let bad = Mutex<[BadPicture]>([])

    init(_ dataset: any PictureSource, annotationsOnly: Bool) {
      self.dataset = dataset
      self.annotationsOnly = annotationsOnly
    }

    func run(progress: (Int) -> Void = { _ in }) {
      let step = 16
      while true {
        let start = next.add(step, ordering: .relaxed).oldValue
        guard start < dataset.count else { return }
        for index in start..<min(start + step, dataset.count) { check(index) }
        progress(start)
      }
    }

    private func check(_ index: Int) {
      let name = dataset.name(at: index)
      let defect =
        annotationsOnly ? dataset.annotationDefect(at: index) : dataset.defect(at: index)
      guard let reason = defect else { return }
      bad.withLock { $0.append(BadPicture(index: index, name: name, reason: reason)) }
    }
  }
}

extension PictureSource {
  /// Why a picture can't be used, with its name; nil for a sound one.
  fileprivate func defect(at index: Int) -> String? {
    let content: SampleContent
    do {
      content = try self.content(at: index)
    } catch {
      return error.description
    }
    if case .encoded(let bytes) = content,
      let defect = encodedDefect(bytes, name: name(at: index))
    {
      return defect.description
    }
    return annotationDefect(at: index, content)
  }

  /// Why a picture's boxes or its mask can't be used.
  fileprivate func annotationDefect(at index: Int) -> String? {
    annotationDefect(at: index, try? content(at: index))
  }

  /// - Parameter content: read only where it is needed.
  private func annotationDefect(
    at index: Int, _ content: @autoclosure () -> SampleContent?
  ) -> String? {
    switch self {
    case let detection as any DetectionDataset:
      content().flatMap { detection.misfit(at: index, $0) }
    case let segmentation as any SegmentationDataset: segmentation.maskDefect(at: index)
    default: nil
    }
  }
}

extension DetectionDataset {
  /// Why the boxes are not those of the picture; nil also where it can't be read.
  fileprivate func misfit(at index: Int, _ content: SampleContent) -> String? {
    let name = name(at: index)
    guard let found = try? content.size(name: name) else { return nil }
    if let stated = size(at: index), stated != found {
      return "\(name): \(found.width)x\(found.height) pixels, its annotations are for "
        + "\(stated.width)x\(stated.height)"
    }
    let defects = objects(at: index).lazy.filter { !$0.isDefective }
      .compactMap { $0.box.defect(in: found) }
    return defects.first.map { "\(name): \($0.reason)" }
  }
}

extension SegmentationDataset {
  fileprivate func maskDefect(at index: Int) -> String? {
    do {
      _ = try mask(at: index)
      return nil
    } catch {
      return error.description
    }
  }
}

extension SampleContent {
  /// Of the upright picture.
  fileprivate func size(name: String) throws(ImageError) -> (width: Int, height: Int) {
    switch self {
    case .encoded(let bytes): try uprightSize(bytes, name: name)
    case .decoded(let image): (image.width, image.height)
    }
  }
}
