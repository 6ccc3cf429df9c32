import EdgeBoxes
import EdgeData

/// What detections in the pictures of a data set come to, by COCO's and by PASCAL VOC's rules.
struct DetectionTally {
  private let dataset: any DetectionDataset
  private var coco: DetectionMetrics
  private var voc: VOCMetrics
  private var objects: [Int]
  /// Pictures that were added.
  private(set) var count = 0

  init(_ dataset: any DetectionDataset) {
    self.dataset = dataset
    let classes = dataset.classNames.count
    coco = DetectionMetrics(classes: classes)
    voc = VOCMetrics(classes: classes)
    objects = Array(repeating: 0, count: classes)
  }

  /// Adds what was found in a picture, in its pixels.
  mutating func add(_ detections: [Detection], at index: Int) {
    let truth = dataset.objects(at: index).map { GroundTruth($0) }
    coco.add(detections: detections, objects: truth)
    voc.add(detections: detections, objects: truth)
    for object in truth where !object.isCrowd && !object.isDifficult { objects[object.label] += 1 }
    count += 1
  }

  /// COCO's in percent, under names in small letters; nil where there is nothing to measure.
  var figures: [(name: String, value: Double?)] {
    coco.figures.map { figure in
      (name: figure.name.lowercased(), value: figure.value < 0 ? nil : 100 * figure.value)
    }
  }

  /// PASCAL VOC's in percent; nil where there is nothing to measure.
  func vocAP50(_ rule: VOCMetrics.Rule) -> Double? { voc.mean(rule).map { 100 * $0 } }

  var classes: [DetectionEvaluator.ClassFigures] {
    let (ap, ap50) = (coco.perClass, voc.perClass(.area))
    return objects.indices.map { label in
      DetectionEvaluator.ClassFigures(
        objects: objects[label], ap: ap[label].map { 100 * $0 },
        ap50: ap50[label].map { 100 * $0 })
    }
  }
}

extension GroundTruth {
  init(_ object: ObjectAnnotation) {
    self.init(
      box: object.box, label: object.label, area: object.area, isCrowd: object.isCrowd,
      isDifficult: object.isDifficult)
  }
}
