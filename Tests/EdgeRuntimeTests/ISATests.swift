import Testing

@testable import EdgeRuntime

@Suite struct ISATests {
  @Test func theBestIsAvailable() {
    #expect(ISA.available.contains(.best))
    #expect(ISA.available.contains(.portable))
  }

  @Test(arguments: [nil, ""])
  func noNameMeansTheBest(name: String?) throws {
    #expect(try ISA(forcedName: name) == .best)
  }

  @Test(arguments: ISA.available)
  func availableNamesAreTaken(isa: ISA) throws {
    #expect(try ISA(forcedName: isa.rawValue) == isa)
  }

  @Test(arguments: ["sse2", "AVX2", " portable", "0"])
  func unknownNamesAreErrors(name: String) {
    #expect(throws: RuntimeError.instructionSet(name: name, available: ISA.available)) {
      try ISA(forcedName: name)
    }
  }

  /// No machine has both kinds of processor.
  @Test func unavailableOnesAreErrors() throws {
    let missing = ISA.allCases.filter { !ISA.available.contains($0) }
    #expect(!missing.isEmpty)
    for isa in missing {
      #expect(throws: RuntimeError.instructionSet(name: isa.rawValue, available: ISA.available)) {
        try ISA(forcedName: isa.rawValue)
      }
    }
  }

  @Test func describesTheError() {
    let error = RuntimeError.instructionSet(name: "mmx", available: [.portable, .avx2])
    #expect(
      error.description
        == "EDGEVISION_ISA: 'mmx' is unknown or not available here; available: portable, avx2")
  }
}
