import EdgeNN
import Testing

@Suite struct NearestNameTests {
  @Test(arguments: [
    ("edgenext_smal", "edgenext_small"), ("edgenext_bsae", "edgenext_base"),
    ("edgenext_small", "edgenext_small"), ("norm.bias", nil), ("", nil), ("xyz", nil),
  ])
  func findsSlips(name: String, nearest: String?) {
    #expect(nearestName(to: name, among: ["edgenext_base", "edgenext_small"]) == nearest)
  }

  @Test func aThirdOfTheNameMayDiffer() {
    #expect(nearestName(to: "abcdef", among: ["abcdxy"]) == "abcdxy")
    #expect(nearestName(to: "abcdef", among: ["abcxyz"]) == nil)
    #expect(nearestName(to: "abcdef", among: ["abcd"]) == "abcd")
    #expect(nearestName(to: "abcdef", among: [""]) == nil)
  }

  @Test func theFirstOfEquallyNearOnesWins() {
    #expect(nearestName(to: "stage", among: ["stale", "stags", "stages"]) == "stale")
  }

  @Test func onlySoManyAreCompared() {
    #expect(nearestName(to: "abc", among: ["zzz", "abc"], limit: 1) == nil)
  }
}
