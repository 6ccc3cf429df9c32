import AllocationCounter
import EdgeGraph
import EdgeModels
import EdgeNN
import TestSupport
import Testing

@testable import EdgeRuntime

/// Whole training steps of a network of few channels, against the gradients of its graph in double
/// precision.
@Suite struct TrainingProgramTests {
  /// A network, its loss recorded for two shapes, and what they should give.
  struct Subject: Sendable, CustomTestStringConvertible {
    enum Network { case layerNorm, batchNorm, mobile }

    let network: Network
    let testDescription: String
    static let shapes: [Shape] = [[3, 33, 34, 3], [2, 64, 32, 3]]
    private static let classes = 5

    init(_ network: Network) {
      self.network = network
      testDescription = "\(network)"
    }

    func graph(_ shape: Shape) throws -> Graph {
      let images = Tensor.input("images", shape: shape)
      let logits = try Scope.build(from: SyntheticParameters(tag: "tiny")) { scope in
        network == .mobile
          ? MobileNetwork.logits(scope, images, classes: Self.classes)
          : edgeNeXtLogits(scope, images)
      }
      let targets = Tensor.input("targets", shape: logits.shape)
      let loss = Tensor(CrossEntropy(), [logits, targets], at: "loss").sum(to: [1])
      return try Graph(outputs: [.init("loss", loss), .init("logits", logits)])
    }

    /// Odd widths, several heads, samples and elements dropped at random.
    private func edgeNeXtLogits(_ scope: Scope, _ images: Tensor) -> Tensor {
      let layerNorm = EdgeNeXt.Configuration(
        depths: [1, 2, 1, 2], channels: [6, 8, 10, 14], heads: 2)
      let options = NetworkConfiguration(
        classes: Self.classes, dropPathRate: 0.3, dropoutRate: 0.2)
      let configuration = network == .batchNorm ? layerNorm.withBatchNorm : layerNorm
      return EdgeNeXt(scope, configuration: configuration, options: options)(images)
        .results[0].tensor
    }

    func inputs(_ shape: Shape) -> [String: Reference] {
      var rng = SplitMix64(seed: 9)
      let key = RandomMask.key(seed: 3, step: 4).map { Double($0) }
      return [
        "images": Reference.random(shape, in: -2...2, using: &rng),
        "targets": Reference.random([shape[0], Self.classes], in: 0...1, using: &rng),
        DropAtRandom.keyName: Reference(shape: [4], values: key),
      ]
    }

    /// Loss, logits and the gradient of every parameter, without any fusion.
    func expected(_ shape: Shape) throws -> [String: [Double]] {
      let dropping = try DropAtRandom.apply(to: graph(shape))
      let normalized = try TrainBatchNorm.apply(to: dropping).0
      let parameters = normalized.nodes.filter { $0.parameter?.isBuffer == false }
      let derivatives = try gradients(
        of: normalized.outputs[0].tensor, withRespectTo: parameters.map { Tensor($0) })
      let outputs =
        normalized.outputs
        + zip(parameters, derivatives).map { Graph.Output($0.path, $1) }
      let values = try Graph(outputs: outputs).evaluated(inputs(shape))
      return Dictionary(uniqueKeysWithValues: zip(outputs.map(\.name), values.map(\.values)))
    }

    func parameters(_ options: RuntimeOptions) throws -> ParameterUpdate {
      let values = try graph(Self.shapes[0]).parameters
      let layout = ParameterLayout(values.map { ($0.name, $0.shape, !$0.isBuffer) })
      let update = ParameterUpdate(
        layout, .adamW(), groups: layout.entries.map { _ in ParameterGroup() }, averages: true,
        options: options)
      for value in values {
        let entry = try #require(layout[value.name])
        update.values[entry.range] = try #require(value.value).floats()
      }
      return update
    }
  }

  static let subjects = [Subject(.layerNorm), Subject(.batchNorm), Subject(.mobile)]

  /// A planned step with its inputs.
  private struct Step {
    let program: TrainingProgram
    let parameters: ParameterUpdate
    let inputs: [String: [Float]]

    init(
      _ subject: Subject, _ shape: Shape, _ parameters: ParameterUpdate, _ arena: TrainingArena,
      _ options: RuntimeOptions
    ) throws {
      program = try TrainingProgram(
        subject.graph(shape), parameters: parameters, arena: arena, options: options
      ) { _ in true }
      self.parameters = parameters
      inputs = subject.inputs(shape).mapValues { $0.values.map { Float($0) } }
    }

    /// Loss, logits and gradients, by name.
    func run() -> [String: [Float]] {
      var results: [String: [Float]] = [:]
      program.run { name, span in
        let values = inputs[name] ?? []
        for index in span.indices { span[index] = values[index] }
      } read: { index, span in
        results[index == 0 ? "loss" : "logits"] = span.indices.map { span[$0] }
      }
      for entry in parameters.layout.entries where entry.isTrainable {
        results[entry.name] = parameters.gradients[entry.range]
      }
      return results
    }
  }

  @Test(arguments: ISA.available, subjects)
  func gradientsAgree(isa: ISA, subject: Subject) throws {
    let expected = try Subject.shapes.map { try subject.expected($0) }
    for threads in 1...3 {
      let options = RuntimeOptions(isa: isa, threads: threads)
      let (parameters, arena) = (try subject.parameters(options), TrainingArena())
      let steps = try Subject.shapes.map { try Step(subject, $0, parameters, arena, options) }
      let first = steps.map { $0.run() }
      for (results, wanted) in zip(first, expected) {
        #expect(Set(results.keys) == Set(wanted.keys))
        for (name, values) in results {
          let reference = wanted[name] ?? []
          let largest = reference.reduce(1) { max($0, abs($1)) }
          #expect(
            largestDifference(values.map { Double($0) }, reference) < 2e-5 * largest,
            "\(name), \(threads) threads")
        }
      }
      // In turn on one arena, another time and in another order.
      for index in [1, 0, 0, 1] {
        #expect(steps[index].run() == first[index], "\(threads) threads")
      }
      // The same on memory of their own.
      let alone = try Step(subject, Subject.shapes[1], parameters, TrainingArena(), options)
      #expect(alone.run() == first[1])
    }
  }

  @Test func frozenParametersGetNoGradient() throws {
    let (subject, options) = (Self.subjects[0], RuntimeOptions(threads: 1))
    let parameters = try subject.parameters(options)
    let program = try TrainingProgram(
      subject.graph(Subject.shapes[1]), parameters: parameters, arena: TrainingArena(),
      options: options
    ) { $0.hasPrefix("head.") }
    let inputs = subject.inputs(Subject.shapes[1])
    program.run { name, span in
      for index in span.indices { span[index] = Float(inputs[name]?.values[index] ?? 0) }
    } read: { _, _ in
    }
    for entry in parameters.layout.entries where entry.isTrainable {
      let isZero = parameters.gradients[entry.range].allSatisfy { $0 == 0 }
      #expect(isZero == !entry.name.hasPrefix("head."), "\(entry.name)")
    }
  }

  /// Other tests of the process allocate at the same time, so this one looks for a quiet moment.
  @Test(.enabled(if: allocation_counter_works() == 1), arguments: subjects, [1, 2])
  func aStepAllocatesNothing(subject: Subject, threads: Int) throws {
    let options = RuntimeOptions(threads: threads)
    let parameters = try subject.parameters(options)
    let arena = TrainingArena()
    let step = try Step(subject, Subject.shapes[1], parameters, arena, options)
    let (images, targets) = (step.inputs["images"] ?? [], step.inputs["targets"] ?? [])
    var loss: Float = 0
    func run() {
      step.program.run { name, span in
        for index in span.indices {
          span[index] =
            name == "images" ? images[index] : name == "targets" ? targets[index] : 1
        }
      } read: { index, span in
        if index == 0 { loss = span[0] }
      }
      parameters.run(
        UpdateSettings(step: 1, learningRate: 1e-6, weightDecay: 0.05, averageDecay: 0.9))
    }
    run()
    let foundQuietRun = (0..<500).contains { _ in
      let before = allocation_count()
      run()
      return allocation_count() == before
    }
    #expect(foundQuietRun)
    #expect(loss.isFinite && loss > 0)
  }
}
