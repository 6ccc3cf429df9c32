import EdgeGraph
import Testing

@testable import EdgeData

@Suite struct RandomErasingTests {
  private func erased(
    _ erasing: RandomErasing, height: Int = 40, width: Int = 60, step: Int = 0
  ) -> [Float] {
    var random = stream("erasing", step: step)
    var values = [Float](repeating: 100, count: 3 * height * width)
    var span = values.mutableSpan
    erasing(&span, height: height, width: width, random: &random)
    return values
  }

  @Test func rectanglesStayInsideAndWithinBounds() throws {
    var random = stream()
    let erasing = RandomErasing(probability: 1)
    for _ in 0..<2000 {
      let window = try #require(erasing.window(height: 160, width: 224, random: &random))
      #expect(window.clamped(width: 224, height: 160) == window)
      #expect(window.width < 224 && window.height < 160)
      let area = Double(window.width * window.height) / (160 * 224)
      let aspect = Double(window.height) / Double(window.width)
      #expect((0.019...0.34).contains(area) && (0.28...3.55).contains(aspect))
    }
  }

  @Test func modesFillAsNamed() {
    let black = erased(RandomErasing(probability: 1, mode: .const)).filter { $0 != 100 }
    #expect(!black.isEmpty && black.allSatisfy { $0 == 0 })
    let color = erased(RandomErasing(probability: 1, mode: .rand)).filter { $0 != 100 }
    #expect(Set(color).count == 3)
    let pixel = erased(RandomErasing(probability: 1, mode: .pixel)).filter { $0 != 100 }
    #expect(Set(pixel).count > pixel.count * 9 / 10)
  }

  @Test func pixelsAreStandardNormal() {
    var values: [Float] = []
    for step in 0..<20 {
      values += erased(RandomErasing(probability: 1), step: step).filter { $0 != 100 }
    }
    #expect(values.count > 5000)
    let mean = values.reduce(0, +) / Float(values.count)
    let variance = values.reduce(0) { $0 + $1 * $1 } / Float(values.count)
    #expect(abs(mean) < 0.05 && abs(variance - 1) < 0.1)
    let inside = values.count { abs($0) < 1 }
    #expect(abs(Double(inside) / Double(values.count) - 0.6827) < 0.03)
  }

  @Test func probabilityAndCount() {
    let untouched = (0..<400).count { step in
      erased(RandomErasing(probability: 0.25, mode: .const), step: step).allSatisfy { $0 == 100 }
    }
    // 300 are expected, with a deviation of 9.
    #expect((260...340).contains(untouched))
    #expect(erased(RandomErasing()).allSatisfy { $0 == 100 })
    let three = erased(RandomErasing(probability: 1, mode: .rand, count: 3))
    #expect((4...10).contains(Set(three).count))
  }

  @Test func nothingFitsInOnePixel() {
    let values = erased(RandomErasing(probability: 1), height: 1, width: 1)
    #expect(values == [100, 100, 100])
  }
}
