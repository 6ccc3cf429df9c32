import CEdgeKernels
import Testing

@Suite struct MachineKernelTests {
  @Test func theBestInstructionSetIsAvailable() {
    #expect(ek_isa_available(EK_PORTABLE) == 1)
    #expect(ek_isa_available(ek_best_isa()) == 1)
    #expect(KernelISA.available.contains { $0.c == ek_best_isa() })
  }

  @Test(arguments: KernelISA.available)
  func panelsAreWholeVectors(isa: KernelISA) {
    #expect(ek_panel_columns(isa.c) % 4 == 0)
  }

  @Test(arguments: KernelISA.available)
  func peakCountsItsOperations(isa: KernelISA) {
    var sink: Float = 0
    let once = unsafe ek_peak_flops(isa.c, 1, &sink)
    #expect(once > 0)
    let fifty = unsafe ek_peak_flops(isa.c, 50, &sink)
    #expect(fifty == 50 * once)
    #expect(sink.isFinite)
  }
}
