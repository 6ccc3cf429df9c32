import EdgeGraph
import Foundation
import TestSupport
import Testing

@Suite struct SoftmaxTests {
  private func softmax(_ rows: [[Double]]) -> [Double] {
    let x = Reference(shape: [rows.count, rows[0].count], values: rows.flatMap(\.self))
    return Softmax().reference([x]).values
  }

  @Test func byHand() {
    let found = softmax([[0, log(3)], [5, 5], [1000, -1000]])
    #expect(largestDifference(found, [0.25, 0.75, 0.5, 0.5, 1, 0]) < 1e-15)
  }

  @Test func whatIsNotFinite() {
    #expect(softmax([[-.infinity, 2, 2]]) == [0, 0.5, 0.5])
    for row in [[.nan, 0, 1], [0, .infinity, 1]] as [[Double]] {
      #expect(softmax([row]).filter { !$0.isNaN }.isEmpty)
    }
  }

  @Test func shapes() throws {
    #expect(try Softmax().outputShape([[2, 3, 4]]) == [2, 3, 4])
    #expect(try Softmax().outputShape([[4]]) == [4])
    #expect(throws: ShapeError.rank(expected: "at least 1", found: [])) {
      try Softmax().outputShape([[]])
    }
    #expect(throws: ShapeError.extent(axis: 1, expected: "at least 1", found: [2, 0])) {
      try Softmax().outputShape([[2, 0]])
    }
  }
}
