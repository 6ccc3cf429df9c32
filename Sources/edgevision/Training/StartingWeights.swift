import EdgeFormats
import EdgeGraph
import EdgeModels
import EdgeNN
import EdgeTraining
import EdgeVision

/// Weights of a file, an address or the official ones, with the network that they are of.
struct StoredWeights {
  let model: ModelDescription
  let source: any ParameterSource
  let classCount: Int
  /// Nil where the file doesn't hold them.
  let classNames: [String]?
  let origin: String

  /// - Parameter name: of the network; nil for what the weights say.
  init(_ argument: String, model name: String?) throws {
    let model = try name.map { name throws(ModelError) in try ModelDescription.named(name) }
    let progress = DownloadProgress()
    defer { progress.finish() }
    let network = try PretrainedNetwork(
      model, weights: argument == "shipped" ? .shipped : Weights(argument: argument),
      report: progress.report)
    self.model = network.model
    source = try network.parameters()
    classCount = network.classCount
    classNames = network.metadata.classNames
    origin = network.origin
  }
}

/// What a network starts with: fresh values; stored ones, with a new head where the classes differ;
/// or a classification network's features with all that stands on them new.
struct StartingWeights {
  let model: ModelDescription
  let source: any ParameterSource

  init(_ recipe: TrainingRecipe, classNames: [String]) throws {
    let fresh = FreshParameters(seed: recipe.randomSeed)
    guard let argument = recipe.weights, argument != "none" else {
      model = try ModelDescription.named(recipe.model ?? "")
      source = fresh
      return
    }
    let stored = try Self.stored(argument, recipe)
    model = try Self.model(recipe, stored)
    guard model.task == stored.model.task else {
      Console.note(
        "\(model.name): the features of \(stored.model.name), \(stored.origin); its head is left "
          + "out, and what stands on them starts anew")
      source = BackboneParameters(stored.source, fresh: fresh)
      return
    }
    Console.note("\(model.name): \(stored.origin)")
    var renewed = try Self.missing(recipe, stored, classes: classNames.count)
    if let reason = Self.difference(stored, classNames) {
      Console.note("\(reason): the head starts anew")
      renewed.merge(model.renewedParameters(classes: classNames.count)) { _, head in head }
    }
    source =
      renewed.isEmpty
      ? stored.source : RenewedParameters(stored.source, fresh: fresh, renewed: renewed)
  }

  /// Weights of the network itself, or of the one that it stands on: of this alone there are
  /// official and shipped ones.
  private static func stored(
    _ argument: String, _ recipe: TrainingRecipe
  ) throws -> StoredWeights {
    guard let model = try recipe.model.map({ try ModelDescription.named($0) }),
      let backbone = model.backbone
    else { return try StoredWeights(argument, model: recipe.model) }
    if argument == "shipped" || argument == "official" && PublishedWeights(model: model.name) == nil
    {
      return try StoredWeights(argument, model: backbone.name)
    }
    do {
      return try StoredWeights(argument, model: model.name)
    } catch {
      guard let stored = try? StoredWeights(argument, model: backbone.name) else { throw error }
      return stored
    }
  }

  /// The network to train: the one that is named, else that of the weights, or one for the task that
  /// stands on it.
  private static func model(
    _ recipe: TrainingRecipe, _ stored: StoredWeights
  ) throws -> ModelDescription {
    if let name = recipe.model { return try .named(name) }
    let (task, found) = (recipe.resolvedTask, stored.model.task)
    if task == found { return stored.model }
    guard found == .classification, let head = recipe.head ?? NetworkHead(task) else {
      throw TrainingJobError.task(
        model: stored.model.name, found: found.rawValue, expected: task.rawValue)
    }
    return try .named(head.network(on: stored.model.name))
  }

  /// What the run's network has and the weights don't: an auxiliary head.
  private static func missing(
    _ recipe: TrainingRecipe, _ stored: StoredWeights, classes: Int
  ) throws -> [String: Shape] {
    guard recipe.hasAuxiliaryHead else { return [:] }
    let model = stored.model
    let graph = try model.network(
      from: ShapesOnly(), options: recipe.networkConfiguration(classes: classes)
    ).graph(input: [1, model.size, model.size, 3])
    let missing = graph.parameters.filter { stored.source.shape(of: $0.name) == nil }
    return Dictionary(missing.map { ($0.name, $0.shape) }) { first, _ in first }
  }

  /// Why the weights' head can't tell the data set's classes apart; nil if it can, or where the
  /// weights don't name theirs and have as many.
  private static func difference(_ stored: StoredWeights, _ classNames: [String]) -> String? {
    guard stored.classCount == classNames.count else {
      return "the weights tell \(stored.classCount) classes apart, the data set has "
        + "\(classNames.count)"
    }
    guard let known = stored.classNames, known != classNames else { return nil }
    let pair = zip(known, classNames).first { $0 != $1 }
    return "the weights' classes have other names than the data set's"
      + (pair.map { " ('\($0.0)', '\($0.1)')" } ?? "")
  }
}
