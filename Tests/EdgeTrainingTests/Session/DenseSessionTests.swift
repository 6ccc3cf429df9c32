import AllocationCounter
import EdgeGraph
import EdgeModels
import EdgeNN
import EdgeRuntime
import Testing

@testable import EdgeTraining

/// Steps of detection and segmentation as they are planned.
@Suite struct DenseSessionTests {
  private static let shape: Shape = [2, 64, 64, 3]
  private static let names = ["ssd_edgenext_xx_small", "deeplabv3_edgenext_xx_small"]

  /// A network in training, its loss, and a batch for it.
  private struct Subject {
    let session: TrainingSession
    let loss: any TrainingLoss
    let batch: TrainingBatch

    init(_ name: String, threads: Int) throws {
      let model = try ModelDescription.named(name)
      let images = (0..<DenseSessionTests.shape.count).map { Float($0 * 37 % 255) / 127 - 1 }
      var inputs: [String: [Float]]
      if model.task == .detection {
        let anchors = try #require(model.anchors(height: 64, width: 64)).count
        let labels = (0..<2 * anchors).map { (index: Int) -> Float in
          Float(index % 5 == 0 ? 1 + index / 5 % 3 : 0)
        }
        inputs = ["labels": labels, "scale": [DetectionLoss.scale(labels: labels)]]
        inputs["locations"] = (0..<8 * anchors).map { (index: Int) -> Float in
          Float(index % 7) / 5 - 0.5
        }
        loss = DetectionLoss()
      } else {
        let labels = (0..<2 * 64 * 64).map { (index: Int) -> Float in Float(index / 9 % 4 - 1) }
        let few = SegmentationLoss.auxiliaryLabels(labels, count: 2, height: 64, width: 64)
        inputs = ["labels": labels, "scale": [SegmentationLoss.scale(labels: labels)]]
        inputs["auxiliary_labels"] = few
        inputs["auxiliary_scale"] = [SegmentationLoss.scale(labels: few)]
        loss = SegmentationLoss(hasAuxiliaryHead: true)
      }
      var configuration = NetworkConfiguration(classes: 3)
      configuration.hasAuxiliaryHead = model.task == .segmentation
      batch = TrainingBatch(
        shape: DenseSessionTests.shape, images: images, inputs: inputs)
      session = try TrainingSession(
        model, from: FreshParameters(seed: 2), configuration: configuration, objective: loss,
        options: RuntimeOptions(threads: threads))
    }
  }

  /// One batch again and again is learned by heart, and every part of the network moves.
  @Test(arguments: names) func stepsFollowGradients(name: String) throws {
    let subject = try Subject(name, threads: 2)
    let session = subject.session
    let before = session.parameters.layout.entries.map { session.parameters.values[$0.range] }
    var losses: [Double] = []
    for step in 1...8 {
      losses.append(try session.computeGradients(of: subject.batch, seed: 1, step: step).loss)
      #expect(session.parameters.entryWithNonfiniteGradient == nil)
      session.parameters.run(UpdateSettings(step: step, learningRate: 1e-3))
    }
    #expect(losses.min() ?? .infinity < 0.9 * losses[0], "\(losses)")
    let entries = zip(session.parameters.layout.entries, before).filter(\.0.isTrainable)
    let still = entries.filter { session.parameters.values[$0.0.range] == $0.1 }.map(\.0.name)
    // A unit may never be active.
    #expect(still.count * 20 < entries.count, "\(still)")
  }

  /// A step along the gradient changes the loss by what its norm says.
  @Test(arguments: names) func gradientsPointTheRightWay(name: String) throws {
    let subject = try Subject(name, threads: 1)
    let session = subject.session
    let loss = try session.computeGradients(of: subject.batch, seed: 1, step: 1).loss
    let parameters = session.parameters
    var square = 0.0
    for entry in parameters.layout.entries where entry.isTrainable {
      for value in parameters.gradients[entry.range] { square += Double(value) * Double(value) }
    }
    let length = 1e-4 * abs(loss) / square
    for entry in parameters.layout.entries where entry.isTrainable {
      let pairs = zip(parameters.values[entry.range], parameters.gradients[entry.range])
      parameters.values[entry.range] = pairs.map { $0 - Float(length) * $1 }
    }
    let next = try session.computeGradients(of: subject.batch, seed: 1, step: 1).loss
    // Rounding, curvature, and boxes that are mined anew.
    let change = (next - loss) / (1e-4 * abs(loss))
    #expect(change < -0.6 && change > -1.4, "\(change)")
  }

  /// Other tests of the process allocate at the same time, so this one looks for a quiet moment.
  @Test(.enabled(if: allocation_counter_works() == 1), arguments: names, [1, 2])
  func aStepAllocatesNothing(name: String, threads: Int) throws {
    let subject = try Subject(name, threads: threads)
    let (session, options) = (subject.session, RuntimeOptions(threads: threads))
    let network = try session.model.network(
      from: ShapesOnly(), options: session.configuration)
    let program = try TrainingProgram(
      subject.loss.graph(of: network, images: Self.shape),
      parameters: session.parameters, arena: TrainingArena(), options: options
    ) { _ in true }
    let inputs = program.inputs.map { name in
      name == "images"
        ? subject.batch.images
        : subject.batch.inputs[name] ?? RandomMask.key(seed: 1, step: 1)
    }
    var loss: Float = 0
    func run() {
      var index = 0
      program.run { _, span in
        for place in span.indices { span[place] = inputs[index][place] }
        index += 1
      } read: { output, span in
        if output == 0 { loss = span[0] }
      }
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
