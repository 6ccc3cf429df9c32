#if os(Linux)
  import EdgeFormats
  import EdgeModels
  import EdgeVision
  import Foundation
  import TestSupport
  import Testing
  import WeightsTestSupport

  /// What a classifier keeps of its weights; each test in a process of its own, as others would
  /// move the figures.
  @Suite struct MemoryTests {
    /// Loading holds at most one copy of the weights in anonymous memory, and a little for the plan.
    @Test func loadingHoldsOneCopy() async {
      await #expect(processExitsWith: .success) {
        let folder = try TemporaryFolder()
        let model = ModelDescription.edgeNeXtBase
        let file = try folder.checkpoint("base.safetensors", of: model)
        let weights = 4 * (try model.shapeGraph(height: 256, width: 256).parameterCount)
        // What the process needs once, whatever the weights.
        _ = try ImageClassifier(threads: 1)
        let before = try memory("RssAnon:")
        let classifier = try ImageClassifier(weights: .file(file), threads: 1)
        let growth = try memory("RssAnon:") - before
        #expect(
          Double(growth) <= 1.3 * Double(weights), "\(growth) bytes for \(weights) of weights")
        #expect(growth > weights / 2)
        _ = classifier
      }
    }

    /// The file may be replaced or deleted while the classifier lives.
    @Test func letsGoOfTheFile() async {
      await #expect(processExitsWith: .success) {
        let folder = try TemporaryFolder()
        let file = try folder.checkpoint("weights.safetensors", of: .edgeNeXtXXSmall, classes: 2)
        let network = try PretrainedNetwork(weights: .file(file))
        #expect(try maps().contains("weights.safetensors"))
        let classifier = try ImageClassifier(
          network, transform: EvaluationTransform(of: network), options: RuntimeOptions(threads: 1))
        #expect(!(try maps().contains("weights.safetensors")))
        #expect(try classifier.predict(Image(width: 1, height: 1, pixels: [1, 2, 3])).count == 2)
      }
    }
  }

  private func maps() throws -> String {
    try String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
  }

  /// A figure of /proc/self/status, in bytes.
  private func memory(_ name: String) throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(name) })
    return try #require(Int(line.split(separator: " ")[1])) * 1024
  }
#endif
