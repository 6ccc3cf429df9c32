import FoundationEssentials
import TestSupport
import Testing

@testable import EdgeData

@Suite struct OutlineFilterTests {
  private func filtered(_ text: String) -> String {
    String(decoding: OutlineFilter.withoutOutlines(Array(text.utf8)), as: UTF8.self)
  }

  @Test(arguments: [
    (#"{"segmentation": [[1, 2], [3]], "id": 4}"#, #"{"segmentation": 0, "id": 4}"#),
    (#"{"id":4,"segmentation":{"counts":"]}\"","size":[2,3]}}"#, #"{"id":4,"segmentation":0}"#),
    (
      #"[{"segmentation" : [] },{"segmentation":null}]"#,
      #"[{"segmentation" : 0 },{"segmentation":0}]"#
    ),
    (#"{"segmentation": "a, \\", "b": 1}"#, #"{"segmentation": 0, "b": 1}"#),
    (#"{"segmentation":-1.5e3,"b":1}"#, #"{"segmentation":0,"b":1}"#),
  ])
  func valuesBecomeZero(text: String, expected: String) {
    #expect(filtered(text) == expected)
  }

  @Test(arguments: [
    "", "[]", #"{"name": "segmentation"}"#, #"["segmentation", 1]"#, #"{"\"segmentation": [1]}"#,
    #"{"segmentations": [1], "Segmentation": [2]}"#, #"{"a": "\\", "b": "ü [\u0022"}"#,
  ])
  func everythingElseStays(text: String) {
    #expect(filtered(text) == text)
  }

  /// A text that breaks off is no JSON afterwards either.
  @Test func whatIsNoJSONDoesNotBecomeAny() throws {
    let text = Array(
      #"{"a": [{"segmentation": [[1, 2], "x\"y"], "b": 2}], "segmentation": 5}"#.utf8)
    #expect(throws: Never.self) { try decode(OutlineFilter.withoutOutlines(text)) }
    for count in 0..<text.count {
      let cut = OutlineFilter.withoutOutlines(Array(text[..<count]))
      #expect(throws: (any Error).self, "\(count) bytes") { try decode(cut) }
    }
  }

  private struct Anything: Decodable { init(from decoder: any Decoder) {} }

  private func decode(_ text: [UInt8]) throws {
    _ = try JSONDecoder().decode(Anything.self, from: Data(text))
  }
}
