import EdgeVision
import Foundation
import TestSupport
import Testing

/// Only EdgeVision is imported: what an application needs to name comes with it.
@Suite struct ImageClassifierTests {
  static let photo = Repository.root.appending(path: "Examples/chelsea.png").path

  @Test func sortsAllScores() throws {
    let classifier = try ImageClassifier(threads: 1)
    let predictions = try classifier.predict(contentsOf: Self.photo, top: 100)
    #expect(predictions.count == 10)
    #expect(predictions[0].label == "cat" && predictions[0].index == 3)
    #expect(abs(predictions[0].score - 0.792709) < 1e-5)
    #expect(predictions.map(\.score) == predictions.map(\.score).sorted(by: >))
    #expect(abs(predictions.reduce(0) { $0 + $1.score } - 1) < 1e-12)
    #expect(Set(predictions.map(\.index)) == Set(0..<10))
    for prediction in predictions {
      #expect(prediction.label == classifier.labels[prediction.index])
    }
    let image = try Image(contentsOf: Self.photo)
    #expect(try classifier.predict(image, top: 3) == Array(predictions.prefix(3)))
    #expect(try classifier.predict(image, top: 0) == [])
    #expect(try classifier.predict(image, top: -1) == [])
  }

  @Test func isDescribed() throws {
    let classifier = try ImageClassifier(threads: 1)
    #expect(classifier.model.name == ModelDescription.edgeNeXtXXSmall.name)
    #expect(classifier.transform == EvaluationTransform(resize: 128, crop: 128))
    #expect(classifier.origin == "the shipped weights")
    #expect(classifier.warnings == [])
  }

  @Test func reportsWhatIsNoPicture() throws {
    let classifier = try ImageClassifier(threads: 1)
    #expect(throws: ImageError.missing(file: "/nowhere.png")) {
      try classifier.predict(contentsOf: "/nowhere.png")
    }
  }

  @Test func takesLabels() throws {
    let network = try PretrainedNetwork()
    let transform = EvaluationTransform(of: network)
    let options = RuntimeOptions(threads: 1)
    #expect(throws: LabelsError.count(expected: 10, found: 2)) {
      try ImageClassifier(network, transform: transform, labels: ["a", "b"], options: options)
    }
    let names = (0..<10).map { "name \($0)" }
    let classifier = try ImageClassifier(
      network, transform: transform, labels: names, options: options)
    #expect(try classifier.predict(contentsOf: Self.photo)[0].label == "name 3")
  }

  /// The file's names, else those of ImageNet for a thousand classes, else numbers.
  @Test func fallsBackToOtherLabels() throws {
    func labels(classes: Int) throws -> [String] {
      let network = try PretrainedNetwork(.edgeNeXtXXSmall, synthetic: "v1", classes: classes)
      return try ImageClassifier(
        network, transform: EvaluationTransform(resize: 32, crop: 32),
        options: RuntimeOptions(threads: 1)
      ).labels
    }
    #expect(try labels(classes: 1000) == ImageNet.classNames)
    #expect(try labels(classes: 3) == ["class 0", "class 1", "class 2"])
    #expect(try ImageClassifier(threads: 1).labels.first == "airplane")
  }

  @Test func refusesASizeThatIsTooSmall() throws {
    let network = try PretrainedNetwork()
    #expect(
      throws: ModelError.inputSize(
        model: "edgenext_xx_small", height: 16, width: 16, sizes: .atLeast(32))
    ) {
      try ImageClassifier(
        network, transform: EvaluationTransform(of: network, size: 16),
        options: RuntimeOptions(threads: 1))
    }
  }

  /// The same as the network gives for the prepared picture, after the weights are let go.
  @Test(arguments: [1, 2])
  func givesTheFeaturesOfTheStages(threads: Int) throws {
    let classifier = try ImageClassifier(threads: threads)
    let image = try Image(contentsOf: Self.photo)
    let features = try classifier.features(of: image)
    #expect(features.map(\.name) == ["stage1", "stage2", "stage3", "stage4"])
    #expect(
      features.map(\.shape) == [[32, 32, 24], [16, 16, 48], [8, 8, 88], [4, 4, 168]] as [Shape])
    let executor = try PretrainedNetwork().executor(RuntimeOptions(threads: threads))
    let program = try executor.program(for: .init(height: 128, width: 128, features: true))
    let outputs = program.run(classifier.transform(image))
    for (feature, output) in zip(features, outputs.dropFirst()) {
      #expect(feature.values == output.floats())
      #expect(feature.values.count == feature.shape.count)
    }
  }

  /// Tasks at once give the same bits as one after the other.
  @Test func isSafeForConcurrentCalls() async throws {
    let classifier = try ImageClassifier(threads: 2)
    let names = ["chelsea.png", "coffee.png", "rocket.jpg"]
    let images = try names.map {
      try Image(contentsOf: Repository.root.appending(path: "Examples/\($0)").path)
    }
    let expected = try images.map { try classifier.predict($0, top: 10) }
    let features = try images.map { try classifier.features(of: $0).map(\.values) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          for round in 0..<6 {
            let index = (task + round) % images.count
            let found = try classifier.predict(images[index], top: 10)
            #expect(found == expected[index])
            guard round == task % 6 else { continue }
            let maps = try classifier.features(of: images[index])
            #expect(maps.map(\.values) == features[index])
          }
        }
      }
      try await group.waitForAll()
    }
  }
}
