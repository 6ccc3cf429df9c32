import EdgeGraph
import Foundation
import TestSupport
import Testing
import WeightsTestSupport

@Suite struct InspectTests {
  @Test(arguments: ["everything.pth", "everything_legacy.pth"])
  func isOneObject(name: String) throws {
    let finished = try edgevision([
      "inspect", Repository.golden("checkpoints/\(name)").path, "--json",
    ])
    #expect(finished.status == 0)
    #expect(finished.errors == "")
    let contents = try #require(try finished.json as? [String: Any])
    #expect(Set(contents.keys) == ["tensors", "values"])
    #expect(contents["values"] is [String: Any])
    let tensors = try #require(contents["tensors"] as? [[String: Any]])
    #expect(tensors.count > 5)
    for tensor in tensors {
      #expect(Set(tensor.keys) == ["name", "shape", "dtype", "min", "mean", "max"])
      #expect(tensor["name"] is String && tensor["dtype"] is String)
      #expect(tensor["shape"] is [Int])
      for statistic in ["min", "mean", "max"] {
        #expect(tensor[statistic] is Double || tensor[statistic] is NSNull)
      }
    }
  }

  /// JSON has neither NaN nor infinity.
  @Test func statisticsThatAreNoNumbersAreNull() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(
      "odd.safetensors",
      [
        "nan": TensorData([.nan, .nan], shape: [2]),
        "some": TensorData([.nan, 1, 3], shape: [3]),
        "infinite": TensorData([-1, .infinity], shape: [2]),
        "empty": TensorData([], shape: [0, 4]),
      ])
    let finished = try edgevision(["inspect", file, "--json"])
    let contents = try #require(try finished.json as? [String: Any])
    let tensors = try #require(contents["tensors"] as? [[String: Any]])
    func statistics(_ name: String) -> [Double?] {
      let tensor = tensors.first { $0["name"] as? String == name }
      return ["min", "mean", "max"].map { tensor?[$0] as? Double }
    }
    #expect(statistics("nan") == [nil, nil, nil])
    #expect(statistics("some") == [1, 2, 3])
    #expect(statistics("infinite") == [-1, nil, nil])
    #expect(statistics("empty") == [nil, nil, nil])
    let table = try edgevision(["inspect", file])
    #expect(table.status == 0)
    #expect(table.lines.contains { $0.hasPrefix("nan ") && $0.hasSuffix("-") })
  }
}
