import EdgeVision
import Testing

@Suite struct ImageNetLabelsTests {
  @Test func holdsEveryClass() {
    #expect(ImageNet.classNames.count == 1000)
    #expect(Set(ImageNet.wordNetIDs).count == 1000)
    #expect(ImageNet.classNames.allSatisfy { !$0.isEmpty })
    #expect(ImageNet.wordNetIDs.allSatisfy { $0.count == 9 && $0.hasPrefix("n") })
  }

  @Test(arguments: [
    (0, "n01440764", "tench, Tinca tinca"),
    (281, "n02123045", "tabby, tabby cat"),
    (999, "n15075141", "toilet tissue, toilet paper, bathroom tissue"),
  ])
  func keepsTheOrder(index: Int, id: String, name: String) {
    #expect(ImageNet.wordNetIDs[index] == id)
    #expect(ImageNet.classNames[index] == name)
  }
}
