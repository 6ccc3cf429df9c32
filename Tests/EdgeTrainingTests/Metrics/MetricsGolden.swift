import EdgeBoxes
import EdgeTraining
import FoundationEssentials
import TestSupport

/// Made-up data and what pycocotools and plain loops say of it; see Tests/Goldens/README.md.
struct MetricsGolden: Decodable {
  struct Picture: Decodable {
    /// Left, top, width, height, label, area, whether it is a crowd or difficult.
    let objects: [[Double]]
    /// Left, top, width, height, label, score.
    let detections: [[Double]]

    var found: [Detection] {
      detections.map { Detection(box: Self.box($0), label: Int($0[4]), score: $0[5]) }
    }

    var crowds: [GroundTruth] {
      objects.map {
        GroundTruth(box: Self.box($0), label: Int($0[4]), area: $0[5], isCrowd: $0[6] == 1)
      }
    }

    var difficult: [GroundTruth] {
      objects.map { GroundTruth(box: Self.box($0), label: Int($0[4]), isDifficult: $0[6] == 1) }
    }

    private static func box(_ row: [Double]) -> Box {
      Box(left: row[0], top: row[1], right: row[0] + row[2], bottom: row[1] + row[3])
    }
  }

  struct COCO: Decodable {
    let name: String
    let classes: Int
    let images: [Picture]
    let figures: [Double]
    let perClass: [Double?]
  }

  struct VOC: Decodable {
    let name: String
    let classes: Int
    let images: [Picture]
    let elevenPoints, area: [Double?]
  }

  struct Segmentation: Decodable {
    let classes: Int
    let masks, predicted: [[UInt8]]
    let confusion: [Int]
    let iou, accuracy: [Double?]
    let meanIou, pixelAccuracy: Double
  }

  let coco: [COCO]
  let voc: [VOC]
  let segmentation: [Segmentation]

  init() throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(
      Self.self, from: Data(contentsOf: Repository.golden("detection/metrics.json")))
  }
}
