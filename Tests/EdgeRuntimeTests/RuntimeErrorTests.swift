import EdgeRuntime
import Testing

@Suite struct RuntimeErrorTests {
  @Test func describesErrors() {
    #expect(
      RuntimeError.noValue(parameter: "head.weight").description
        == "parameter 'head.weight' has no value; load the weights again")
    #expect(
      RuntimeError.unsupported(operation: "reshape", path: "a.b", reason: "why").description
        == "a.b (reshape): no kernel: why")
    #expect(
      RuntimeError.unsupported(operation: "reshape", path: "", reason: "why").description
        == "reshape: no kernel: why")
  }
}
