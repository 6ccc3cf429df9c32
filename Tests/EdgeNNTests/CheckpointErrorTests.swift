import EdgeNN
import Testing

@Suite struct CheckpointErrorTests {
  @Test func listsEverythingByGroups() {
    let error = CheckpointError(
      missing: [
        .init(name: "norm.bias", shape: [4], nearest: "norm.bais"),
        .init(name: "gamma", shape: [], nearest: nil),
      ],
      misshapen: [.init(name: "head.weight", expected: [10, 4], found: [9, 4])],
      leftOver: ["norm.bais"])
    #expect(
      error.description == """
        the checkpoint's tensors are not those of the model
          missing (2):
            norm.bias [4]; did the file mean it by 'norm.bais'?
            gamma []
          of another shape (1):
            head.weight: expected [10, 4], found [9, 4]
          left over (1):
            norm.bais
        """)
  }

  @Test func leavesEmptyGroupsOut() {
    let error = CheckpointError(missing: [], misshapen: [], leftOver: ["a", "b"])
    #expect(
      error.description == """
        the checkpoint's tensors are not those of the model
          left over (2):
            a
            b
        """)
  }
}
