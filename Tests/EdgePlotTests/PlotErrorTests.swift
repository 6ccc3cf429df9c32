import FoundationEssentials
import TestSupport
import Testing

@testable import EdgePlot

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct PlotErrorTests {
  private func error(
    width: Double = 10, height: Double = 10, scale: Double = 1, library: String? = nil
  ) -> PlotError? {
    do throws(PlotError) {
      _ = try Canvas(width: width, height: height, scale: scale, format: .png, library: library)
      return nil
    } catch {
      return error
    }
  }

  @Test func missingLibraryNamesThePackage() {
    let error = error(library: "libnothing.so.2")
    #expect(error == .libraryMissing(name: "libnothing.so.2"))
    #expect(error?.description.contains("Debian: libcairo2") == true)
  }

  #if os(Linux)
    @Test func anotherLibraryIsTooOld() {
      #expect(error(library: "libm.so.6") == .libraryTooOld(name: "libm.so.6"))
    }

    /// Without a font, libcairo would write with strokes of its own.
    @Test func missingFontNamesThePackage() async throws {
      await #expect(processExitsWith: .success) {
        let folder = try TemporaryFolder()
        let path = try folder.file("fonts.conf", "<fontconfig></fontconfig>".utf8)
        unsafe setenv("FONTCONFIG_FILE", path, 1)
        #expect(throws: PlotError.fontMissing) { _ = try Canvas(width: 9, height: 9).encoded() }
      }
      #expect(PlotError.fontMissing.description.contains("Debian: fonts-dejavu-core"))
    }
  #endif

  @Test(arguments: [0, -1, Double.nan, .infinity, 32768])
  func sidesAreChecked(side: Double) {
    for error in [error(width: side), error(height: side)] {
      guard case .invalidSize? = error else {
        Issue.record("a side of \(side) gives \(error.map(String.init(describing:)) ?? "no error")")
        continue
      }
    }
  }

  @Test(arguments: [0, -1, Double.nan, .infinity, 8.1]) func scaleIsChecked(scale: Double) {
    guard case .invalidScale? = error(scale: scale) else {
      Issue.record("a scale of \(scale) gives no error")
      return
    }
  }

  @Test func pixelsAreBounded() {
    #expect(
      error(width: 8193, height: 8192)
        == .tooLarge(width: 8193, height: 8192, limit: 67_108_864))
    #expect(
      error(width: 2049, height: 4096, scale: 4)
        == .tooLarge(width: 8196, height: 16384, limit: 67_108_864))
  }

  @Test(arguments: [(0, 1, 0), (2, 2, 11), (1, -1, 3), (32768, 1, 98304), (Int.max, 2, 6)])
  func bitmapsAreChecked(width: Int, height: Int, count: Int) {
    #expect(throws: PlotError.invalidBitmap(width: width, height: height, found: count)) {
      try Bitmap(width: width, height: height, pixels: [UInt8](repeating: 0, count: count))
    }
  }

  @Test func countsAreChecked() {
    #expect(throws: PlotError.invalidCounts(classes: 2, found: 3, negative: nil)) {
      try ConfusionMatrixChart(classes: ["a", "b"], counts: [1, 2, 3])
    }
    #expect(throws: PlotError.invalidCounts(classes: 0, found: 0, negative: nil)) {
      try ConfusionMatrixChart(classes: [], counts: [])
    }
    #expect(throws: PlotError.invalidCounts(classes: 1, found: 1, negative: -4)) {
      try ConfusionMatrixChart(classes: ["a"], counts: [-4])
    }
    #expect(throws: PlotError.invalidColumns(0)) { try ContactSheet([], columns: 0) }
  }
}
