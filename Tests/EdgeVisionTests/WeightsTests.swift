import EdgeVision
import Testing

@Suite struct WeightsTests {
  @Test func readsTheCommandLine() {
    #expect(Weights(argument: "official") == .official)
    #expect(Weights(argument: "http://a/b.pth") == .url("http://a/b.pth"))
    #expect(Weights(argument: "HTTPS://a/b.pth") == .url("HTTPS://a/b.pth"))
    #expect(Weights(argument: "./official") == .file("./official"))
    #expect(Weights(argument: "ftp://a/b.pth") == .file("ftp://a/b.pth"))
    #expect(Weights(argument: "") == nil)
  }

  @Test func findsTheCacheInTheEnvironment() throws {
    let home = try WeightsCache(environment: ["HOME": "/home/a"])
    #expect(home.directory == "/home/a/.cache/edgevision")
    #expect(home.mirror == nil)
    let cache = try WeightsCache(environment: [
      "HOME": "/home/a", "XDG_CACHE_HOME": "/cache", "EDGEVISION_WEIGHTS_URL": "http://b",
    ])
    #expect(cache.directory == "/cache/edgevision")
    #expect(cache.mirror == "http://b")
    let relative = try WeightsCache(environment: ["HOME": "/home/a", "XDG_CACHE_HOME": "cache"])
    #expect(relative.directory == "/home/a/.cache/edgevision")
    #expect(throws: DownloadError.noCacheDirectory) { try WeightsCache(environment: [:]) }
  }

  @Test func everyOfficialFileHasAPlaceOfItsOwn() {
    let cache = WeightsCache(directory: "/cache")
    let all = PublishedWeights.all
    #expect(Set(all.map(\.model)).count == all.count)
    #expect(Set(all.map { cache.path(for: $0) }).count == all.count)
    #expect(all.allSatisfy { WebAddress($0.url) != nil })
    #expect(PublishedWeights(model: "edgenext_base_usi")?.key == "state_dict")
    #expect(PublishedWeights(model: "resnet50") == nil)
  }

  @Test(arguments: [
    "", "http://", "https:///x", "ftp://a/x", "http:/a/x", "a/x", "http://a/b c", "http://a/\n",
  ])
  func refusesWhatIsNoAddress(text: String) {
    #expect(WebAddress(text) == nil)
    #expect(throws: DownloadError.invalidAddress(text)) {
      try WeightsCache(directory: "/nowhere").file(at: text)
    }
  }

  @Test func refusesABadMirror() throws {
    let weights = try #require(PublishedWeights(model: "edgenext_small"))
    #expect(throws: DownloadError.invalidAddress("mirror")) {
      try WeightsCache(directory: "/nowhere", mirror: "mirror").file(for: weights)
    }
  }

  @Test(arguments: ["http://b:80", "http://b:80/", "https://b/sub/folder", "https://b/sub/"])
  func movesAnAddressToAnotherServer(server: String) throws {
    let address = try #require(WebAddress("https://user:word@a.org/x/y.pth?z=1"))
    let moved = address.moved(to: try #require(WebAddress(server)))
    let base = server.hasSuffix("/") ? String(server.dropLast()) : server
    #expect(moved?.text == base + "/x/y.pth?z=1")
  }

  @Test func namesFilesSafely() throws {
    let addresses = [
      "http://a.org/net.pth", "http://a.org/net.pth?v=2", "http://a.org/../../etc/passwd",
      "http://a.org/%2e%2e/x", "http://a.org/", "http://a.org", "https://a.org/net.pth",
      "http://me:secret@a.org/net.pth", "http://a.org/é/…", "http://a.org/a/b.tar/c",
      "http://a.org/" + String(repeating: "long/", count: 200) + "net.safetensors",
    ]
    let names = try addresses.map { try #require(WebAddress($0)).fileName }
    #expect(Set(names).count == names.count)
    for name in names {
      #expect(name.utf8.count <= 160 && !name.hasPrefix("."))
      #expect(name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) })
      #expect(!name.contains("secret"))
    }
    #expect(names[0].hasPrefix("a.org_net-") && names[0].hasSuffix(".pth"))
    #expect(names.last?.hasSuffix(".safetensors") == true)
  }
}
