import EdgeModels

extension TrainingRecipe.Base {
  /// What its networks are for.
  public var task: NetworkTask {
    switch self {
    case .edgenext, .edgevit, .edgeformer, .finetune: .classification
    case .ssd: .detection
    case .deeplabv3: .segmentation
    }
  }

  /// The recipe of a task where none is named.
  init(_ task: NetworkTask) {
    self =
      switch task {
      case .classification: .edgenext
      case .detection: .ssd
      case .segmentation: .deeplabv3
      }
  }
}

extension NetworkHead {
  /// The head of a task's networks; nil for classification.
  package init?(_ task: NetworkTask) {
    guard let head = Self.allCases.first(where: { $0.task == task }) else { return nil }
    self = head
  }

  /// The name of the network that the head makes of a backbone.
  package func network(on backbone: String) -> String { "\(rawValue)_\(backbone)" }
}

extension TrainingRecipe {
  /// What the network is for: what `task` says, else the task of the network that is named, of its
  /// head, or of the recipe.
  public var resolvedTask: NetworkTask {
    task ?? model.flatMap { try? ModelDescription.named($0) }?.task ?? head?.task ?? base.task
  }

  /// Puts the network's name together where `head` and `backbone` stand for it.
  mutating func nameNetwork() {
    guard model == nil, let backbone, let head = head ?? NetworkHead(resolvedTask) else { return }
    model = head.network(on: backbone)
  }

  /// Checks that recipe, network and task belong together.
  func validateTask() throws(RecipeError) {
    try validateBackbone()
    let task = resolvedTask
    if let model, let found = try? ModelDescription.named(model), found.task != task {
      let head = NetworkHead(task).map {
        ", such as \($0.network(on: found.backbone?.name ?? model))"
      }
      throw .conflict(
        options: ["task", "model"], problem: "\(model) is a network for \(found.task.rawValue)",
        advice: "leave --task out, or name a network for \(task.rawValue)\(head ?? "")")
    }
    guard base.task == task else {
      throw .conflict(
        options: ["recipe", "task"],
        problem: "\(base.rawValue) is a recipe for \(base.task.rawValue), not for "
          + task.rawValue,
        advice: "leave --recipe out, or give --recipe \(Base(task).rawValue)")
    }
  }

  private func validateBackbone() throws(RecipeError) {
    guard let backbone else {
      guard let head, model == nil else { return }
      throw .missing(
        option: "backbone", advice: "name the network that --head \(head.rawValue) stands on")
    }
    try Self.validate(backbone, "backbone")
    guard let model else {
      throw .missing(option: "head", advice: "name what stands on the backbone")
    }
    guard let head = head ?? NetworkHead(resolvedTask),
      Self.areSame(head.network(on: backbone), model)
    else {
      throw .conflict(
        options: ["backbone", "model"],
        problem: "they name two networks, one on \(backbone) and \(model)",
        advice: "leave one of them out")
    }
  }

  /// Whether two names are of one network.
  private static func areSame(_ a: String, _ b: String) -> Bool {
    let names = [a, b].map { (try? ModelDescription.named($0))?.name ?? $0 }
    return names[0] == names[1]
  }

  /// Checks that what was given means something to the task. A configuration file may hold what
  /// doesn't, as it is in the recipe.
  func refuseIrrelevant(_ given: RecipeSettings) throws(RecipeError) {
    let (task, plain) = (resolvedTask, TrainingRecipe(base))
    for setting in given.settings {
      guard let option = TrainingOption.named(setting.option), !option.concerns(task) else {
        continue
      }
      if setting.origin == .commandLine || setting.value != option.value(in: plain) {
        throw .irrelevant(option: option.name, task: task, origin: setting.origin)
      }
    }
  }
}
