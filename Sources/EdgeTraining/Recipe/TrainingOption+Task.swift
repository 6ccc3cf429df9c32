import EdgeModels

extension TrainingOption {
  /// Whether it means anything to a run of a task.
  public func concerns(_ task: NetworkTask) -> Bool {
    switch task {
    case .classification: !Self.ofDenseTasks.contains(name)
    case .detection:
      !Self.ofClassification.contains(name) && !Self.ofSegmentation.contains(name)
        && name != "dropout"
    case .segmentation: !Self.ofClassification.contains(name)
    }
  }

  /// Losses on class scores, and changes of pictures that boxes and masks don't follow.
  private static let ofClassification: Set = [
    "loss", "smoothing", "distillation", "teacher", "teacher-weights", "alpha", "temperature",
    "scale", "ratio", "padding-crop", "color-jitter", "aa", "three-aug", "reprob", "remode",
    "recount", "mixup", "cutmix", "cutmix-minmax", "mixup-prob", "mixup-switch-prob",
    "mixup-mode", "train-interpolation", "crop-pct",
  ]

  private static let ofSegmentation: Set = ["auxiliary-head", "random-resize"]

  private static let ofDenseTasks = ofSegmentation.union(["head", "backbone"])
}
