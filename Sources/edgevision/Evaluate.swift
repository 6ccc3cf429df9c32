import ArgumentParser
import EdgeModels
import EdgeVision

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Tell how good a network is on a data set.",
    discussion: """
      DIR/val is taken, else DIR/test, else DIR itself; --part names another one. For
      classification it holds a folder for each class, or is a tar file of that
      layout, or CIFAR's binary files; for detection it is of COCO's or PASCAL VOC's
      layout; for segmentation of PASCAL VOC's, or with val/images and val/masks.
      Classes match by name where the weights hold names, else in their order.

      Detection is measured by COCO's twelve figures and PASCAL VOC's AP50,
      segmentation by intersection over union, of whole pictures that are stretched
      to the network's input. All shares are in percent.

      EXAMPLES
        edgevision eval --weights run/best.safetensors --data flowers
        edgevision eval --model edgenext_small --weights official \\
          --data imagenet --json
        edgevision eval --weights run/best.safetensors --data flowers \\
          --mistakes worst.png
        edgevision eval --weights ssd_edgeformer_s.pt --data coco \\
          --results boxes.json
        edgevision eval --weights deeplabv3_edgeformer_s.pt --data voc --part val \\
          --confusion pixels.png --worst worst.png
      """)

  @OptionGroup var network: NetworkOptions
  @OptionGroup var threads: ThreadOptions

  @Option(help: ArgumentHelp("Pictures to evaluate on.", valueName: "DIR"))
  var data: String

  @Option(
    help: ArgumentHelp("The part of the data set. Default: val, else test.", valueName: "NAME"))
  var part: String?

  @Option(
    help: ArgumentHelp(
      "What the network is expected to be for.",
      valueName: "classification|detection|segmentation"))
  var task: NetworkTask?

  @Option(help: ArgumentHelp("The side of the network's input in pixels.", valueName: "N"))
  var size: Int?

  @Option(
    help: ArgumentHelp(
      "Classification: the part of the resized picture's short side that is kept.",
      valueName: "X"))
  var cropPct: Double?

  @Option(help: ArgumentHelp("Pictures in a batch. Default: 64 of 256x256.", valueName: "N"))
  var batch: Int?

  @Flag(
    help: """
      One JSON object: images, images_per_s, loss, per_class; top1, top5; ap, ap50, ap75, ap_small \
      and so on; miou, pixel_accuracy.
      """)
  var json = false

  @Option(
    help: ArgumentHelp(
      "Classification: draws the 24 pictures that were most surely taken for another class.",
      valueName: "FILE.png"))
  var mistakes: PictureFile?

  @Option(
    help: ArgumentHelp(
      """
      Detection and segmentation: draws the ten best pictures, by F1 of detections of score 0.5 or \
      more or by mean IoU; found beside true.
      """, valueName: "FILE.png"))
  var best: PictureFile?

  @Option(help: ArgumentHelp("Likewise: draws the ten worst pictures.", valueName: "FILE.png"))
  var worst: PictureFile?

  @Option(
    help: ArgumentHelp(
      "Classification and segmentation: which classes were taken for which.",
      valueName: "FILE.png|FILE.csv"))
  var confusion: ConfusionFile?

  @Option(
    help: ArgumentHelp("Detection: the least score that counts. Default: 0.01.", valueName: "X"))
  var threshold: Double?

  @Option(
    help: ArgumentHelp("Detection: all boxes, as COCO's evaluation reads them.", valueName: "FILE"))
  var results: String?

  func validate() throws {
    guard network.model != nil || network.weights != nil else {
      throw ValidationError("give --weights or --model.")
    }
    if let batch, !(1...4096).contains(batch) {
      throw ValidationError("--batch must be between 1 and 4096, got \(batch).")
    }
    try checkInputSide(size)
    if let cropPct, !(cropPct > 0 && cropPct <= 1) {
      throw ValidationError("--crop-pct must be above 0 and at most 1, got \(cropPct).")
    }
    if let threshold, !(threshold >= 0 && threshold < 1) {
      throw ValidationError("--threshold must be at least 0 and below 1, got \(threshold).")
    }
    if let best, best.path == worst?.path {
      throw ValidationError("--best and --worst are the same file, \(best.path).")
    }
    if let task = task ?? network.model?.task { try check(task) }
  }

  func run() throws {
    let options = try threads.runtime
    for picture in [mistakes, best, worst] { try picture?.check() }
    try confusion?.check()
    let network = try network.load()
    if let task { try network.model.require(task) }
    try check(network.model.task)
    let job = EvaluationJob(
      network, data: data, part: part, size: size, batch: batch, options: options)
    switch network.model.task {
    case .classification:
      try job.classification(cropFraction: cropPct, mistakes: mistakes, output)
    case .detection:
      try job.detection(threshold: threshold ?? 0.01, results: results, rankings, output)
    case .segmentation: try job.segmentation(rankings, output)
    }
  }

  private var output: EvaluationOutput { EvaluationOutput(json: json, confusion: confusion) }
  private var rankings: RankingFiles { RankingFiles(best: best, worst: worst) }

  /// Refuses options that mean nothing for a task.
  private func check(_ task: NetworkTask) throws {
    let given: [(name: String, isGiven: Bool, tasks: [NetworkTask])] = [
      ("crop-pct", cropPct != nil, [.classification]),
      ("mistakes", mistakes != nil, [.classification]),
      ("best", best != nil, [.detection, .segmentation]),
      ("worst", worst != nil, [.detection, .segmentation]),
      ("confusion", confusion != nil, [.classification, .segmentation]),
      ("threshold", threshold != nil, [.detection]), ("results", results != nil, [.detection]),
    ]
    for option in given where option.isGiven && !option.tasks.contains(task) {
      throw ValidationError("--\(option.name) means nothing for \(task.rawValue); leave it out.")
    }
  }
}

extension NetworkTask: ExpressibleByArgument {}
