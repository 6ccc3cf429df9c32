import EdgeData
import EdgeVision

extension DetectionDataset {
  /// Tells before an evaluation which annotations training leaves out, and what becomes of them.
  func noteDefects() {
    let scan = DatasetScan(annotationsOf: self)
    if !defects.isEmpty { Console.note("warning: \(TrainingData.report(defects))") }
    if !scan.unreadable.isEmpty { Console.note("warning: \(scan.report)") }
    guard !defects.isEmpty || !scan.unreadable.isEmpty else { return }
    Console.note(
      "Boxes without area or that don't fit their pictures count here all the same, as in COCO's own "
        + "evaluation; all else is left out.")
  }
}

extension SegmentationDataset {
  /// Tells before an evaluation which annotations training leaves out, and what becomes of them.
  ///
  /// - Throws: ``UnusableMasks`` where there are masks that can't be evaluated, with all of them.
  func noteDefects() throws(UnusableMasks) {
    if !defects.isEmpty {
      Console.note("warning: \(TrainingData.report(defects))\nThey are left out here, too.")
    }
    let scan = DatasetScan(annotationsOf: self)
    guard scan.unreadable.isEmpty else { throw UnusableMasks(report: scan.report) }
  }
}

/// Why an evaluation doesn't begin.
struct UnusableMasks: Error, Equatable, CustomStringConvertible {
  let report: String

  var description: String {
    "\(report)\nAn evaluation can't do without them; repair them, or remove their pictures."
  }
}

extension DatasetScan {
  /// Looks at all boxes and masks; a line tells people how far that is.
  fileprivate init(annotationsOf dataset: any PictureSource) {
    self.init(dataset, annotationsOnly: true, threads: availableProcessors) { done, total in
      if Console.isInteractive { Console.replaceLine("checking annotations: \(done) of \(total)") }
    }
    if Console.isInteractive { Console.replaceLine("") }
  }
}
