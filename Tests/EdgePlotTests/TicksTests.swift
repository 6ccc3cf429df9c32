import Testing

@testable import EdgePlot

@Suite struct TicksTests {
  @Test(
    arguments: [
      (0.0...1.0, 6, [0, 0.2, 0.4, 0.6, 0.8, 1], ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
      (0.0...1.0, 3, [0, 0.5, 1], ["0.0", "0.5", "1.0"]),
      (0.31...0.93, 4, [0.4, 0.6, 0.8], ["0.4", "0.6", "0.8"]),
      (
        -0.3...0.3, 7, [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3],
        ["−0.3", "−0.2", "−0.1", "0.0", "0.1", "0.2", "0.3"]
      ),
      (68.2...83.1, 5, [70, 75, 80], ["70", "75", "80"]),
      (0.0...30000.0, 4, [0, 10000, 20000, 30000], ["0", "10000", "20000", "30000"]),
      (0.0...3e6, 4, [0, 1e6, 2e6, 3e6], ["0", "10⁶", "2·10⁶", "3·10⁶"]),
      (0.0...2.4e-7, 3, [0, 1e-7, 2e-7], ["0", "10⁻⁷", "2·10⁻⁷"]),
      (1.2e-7...1.4e-7, 3, [1.2e-7, 1.3e-7, 1.4e-7], ["1.2·10⁻⁷", "1.3·10⁻⁷", "1.4·10⁻⁷"]),
    ] as [(ClosedRange<Double>, Int, [Double], [String])])
  func linearSteps(
    range: ClosedRange<Double>, count: Int, values: [Double], labels: [String]
  ) {
    let ticks = Ticks.linear(range, atMost: count)
    #expect(ticks.values == values)
    #expect(ticks.labels == labels)
  }

  @Test func wholeNumbersHaveWholeSteps() {
    #expect(Ticks.linear(0.9...3.1, atMost: 12, isWhole: true).labels == ["1", "2", "3"])
    #expect(Ticks.linear(0.9...3.1, atMost: 12).labels.count > 3)
  }

  @Test(
    arguments: [
      (50.0...9000.0, 12, ["50", "100", "200", "500", "1000", "2000", "5000"]),
      (50.0...9000.0, 6, ["100", "1000"]),
      (1e-6...5e-3, 8, ["10⁻⁶", "10⁻⁵", "10⁻⁴", "10⁻³"]),
      (0.001...0.01, 8, ["0.001", "0.002", "0.005", "0.01"]),
      (1e-20...1.0, 6, ["10⁻²⁰", "10⁻¹⁵", "10⁻¹⁰", "10⁻⁵", "10⁰"]),
      (6.0...15.0, 6, ["6", "8", "10", "12", "14"]),
      (1.05...1.45, 5, ["1.1", "1.2", "1.3", "1.4"]),
    ] as [(ClosedRange<Double>, Int, [String])])
  func logarithmicSteps(range: ClosedRange<Double>, count: Int, labels: [String]) {
    #expect(Ticks.logarithmic(range, atMost: count).labels == labels)
  }

  /// Whatever the range, ticks lie in it, ascend, and are as few as asked for.
  @Test(arguments: [-300, -250, -9, -1, 0, 1, 9, 250, 299], 1...12)
  func anyRange(exponent: Int, count: Int) {
    let unit = Double("1e\(exponent)") ?? 1
    for range in [0...unit, -unit...unit, unit...3 * unit, -7.77 * unit...(-7.7 * unit)] {
      let ticks = Ticks.linear(range, atMost: count)
      let border = (range.upperBound - range.lowerBound) * 1e-6
      #expect(ticks.values.count <= count)
      #expect(zip(ticks.values, ticks.values.dropFirst()).allSatisfy { $0 < $1 })
      #expect(
        ticks.values.allSatisfy {
          $0 >= range.lowerBound - border && $0 <= range.upperBound + border
        })
      #expect(Set(ticks.labels).count == ticks.labels.count)
    }
  }
}

@Suite struct NumberTextTests {
  @Test(arguments: [
    (0.81239, "0.8124"), (81.2351, "81.24"), (3, "3"), (0.5, "0.5"), (-0.25, "−0.25"), (0, "0"),
    (1234.5678, "1235"), (1.2e-5, "1.2·10⁻⁵"), (4.2619e-6, "4.262·10⁻⁶"), (1e9, "10⁹"),
    (-2.5e12, "−2.5·10¹²"), (0.99999, "1"), (.nan, "NaN"), (-.infinity, "−∞"),
    (1.7e308, "1.7·10³⁰⁸"), (.leastNonzeroMagnitude, "0"),
  ])
  func significantDigits(value: Double, text: String) {
    #expect(NumberText.significant(value) == text)
  }

  @Test func fixedDecimals() {
    #expect(NumberText.fixed(0.05, decimals: 2) == "0.05")
    #expect(NumberText.fixed(-0.004, decimals: 2) == "0.00")
    #expect(NumberText.fixed(12.5, decimals: 0) == "13")
  }
}

@Suite struct AxisTests {
  @Test func valuesAreFittedWithPadding() {
    let axis = Axis(fitting: [2, .nan, 4, .infinity, 3], scale: .linear, padding: 0.1)
    #expect(axis.range == 1.8...4.2)
    #expect(abs((axis.position(of: 3) ?? 0) - 0.5) < 1e-12)
    #expect(axis.position(of: .nan) == nil)
    #expect(axis.position(of: -.infinity) == nil)
  }

  @Test func logarithmicAxisHasNoZero() throws {
    let axis = Axis(fitting: [0.01, 1, 0, -3], scale: .logarithmic, padding: 0)
    #expect(axis.range == 0.01...1)
    #expect(abs(try #require(axis.position(of: 0.1)) - 0.5) < 1e-12)
    #expect(axis.position(of: 0) == nil)
  }

  @Test(arguments: [AxisScale.linear, .logarithmic])
  func equalOrNoValuesStillHaveARange(scale: AxisScale) throws {
    let none = Axis(fitting: [.nan], scale: scale, padding: 0.1)
    #expect(none.range.lowerBound < none.range.upperBound)
    let one = Axis(fitting: [5, 5], scale: scale, padding: 0.1)
    #expect(abs(try #require(one.position(of: 5)) - 0.5) < 0.01)
    #expect(one.ticks(atMost: 6).values.count >= 2)
  }

  @Test(arguments: [
    -1.7e308, -1e300, -.leastNonzeroMagnitude, 0, .leastNonzeroMagnitude, 1e-300, 1e300,
  ])
  func extremesHavePositionsAndTicks(value: Double) {
    for other in [value, 0, 1, 1e300] {
      for scale in [AxisScale.linear, .logarithmic] {
        let axis = Axis(fitting: [value, other], scale: scale, padding: 0.06)
        #expect(axis.range.lowerBound < axis.range.upperBound)
        #expect(axis.ticks(atMost: 8).values.count <= 8)
        if let position = axis.position(of: other) { #expect(position >= 0 && position <= 1) }
      }
    }
  }

  @Test func uselessRangesAreRefused() {
    #expect(Axis(0...1, scale: .linear)?.range == 0...1)
    #expect(Axis(0...1, scale: .logarithmic) == nil)
    #expect(Axis(2...2, scale: .linear) == nil)
    #expect(Axis(0...Double.infinity, scale: .linear) == nil)
  }
}
