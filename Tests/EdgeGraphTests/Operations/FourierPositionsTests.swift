import EdgeGraph
import Foundation
import TestSupport
import Testing

@Suite struct FourierPositionsTests {
  /// The official formula, run in PyTorch for 2 rows, 3 columns and 4 channels.
  @Test func agreesWithPyTorch() {
    let rows = [
      [1.3430886838250444e-06, -1.0, 0.03141074627637863, 0.9995065331459045],
      [-2.686177367650089e-06, 1.0, 0.06279049068689346, 0.9980267286300659],
    ]
    let columns = [
      [0.8660257458686829, -0.49999943375587463, 0.020942414179444313, 0.9997806549072266],
      [-0.8660247325897217, -0.5000011324882507, 0.04187564179301262, 0.9991227984428406],
      [-1.7325030512438389e-06, 1.0, 0.06279049813747406, 0.9980267286300659],
    ]
    let codes = FourierPositions(height: 2, width: 3, channels: 4).reference([])
    let expected = rows.flatMap { row in columns.flatMap { row + $0 } }
    // Half a unit in the last place of the largest values, for another library's sine.
    #expect(largestDifference(codes.values, expected) <= 6e-8)
  }

  @Test(arguments: [(1, 1), (4, 7), (32, 5)])
  func agreesWithDoublePrecision(height: Int, width: Int) throws {
    let operation = FourierPositions(height: height, width: width, temperature: 500)
    let codes = operation.reference([])
    #expect(codes.shape == [1, height, width, 64])
    #expect(try operation.outputShape([]) == codes.shape)
    let expected = (0..<codes.values.count).map { index in
      let (channel, x, y) = (index % 64, index / 64 % width, index / 64 / width)
      let (position, last) = channel < 32 ? (y + 1, height) : (x + 1, width)
      let angle = 2 * Double.pi * Double(position) / (Double(last) + 1e-6)
      let phase = angle / pow(500, Double(channel % 32 / 2 * 2) / 32)
      return channel % 2 == 0 ? sin(phase) : cos(phase)
    }
    // Angles up to 2π in float32 after four roundings.
    #expect(largestDifference(codes.values, expected) < 2e-6)
  }

  @Test func costsTwoOperationsPerElement() {
    #expect(
      FourierPositions(height: 2, width: 3, channels: 4).cost([])
        == Cost(operations: 96, bytes: 4 * 48))
  }
}
