import EdgeModels
import EdgeVision
import Foundation
import TestSupport
import Testing
import WeightsTestSupport

/// `--weights official` and addresses, from a server on this machine.
@Suite struct OfficialWeightsTests {
  private func predict(
    _ options: [String], _ folder: borrowing TemporaryFolder, mirror: String? = nil
  ) throws -> Finished {
    try edgevision(
      ["predict", example("chelsea.png"), "--json", "--size", "64"] + options,
      environment: ["XDG_CACHE_HOME": folder("cache")]
        .merging(mirror.map { ["EDGEVISION_WEIGHTS_URL": $0] } ?? [:]) { $1 },
      in: folder.path)
  }

  private func checkpoint(_ folder: borrowing TemporaryFolder) throws -> HostedFile {
    let file = try folder.checkpoint("net.safetensors", of: .edgeNeXtXXSmall)
    return HostedFile(bytes: [UInt8](try Data(contentsOf: URL(filePath: file))), etag: "\"1\"")
  }

  @Test func downloadsOnce() throws {
    let folder = try TemporaryFolder()
    let hosted = try checkpoint(folder)
    let server = LocalServer { request, _ in hosted.reply(to: request) }
    let address = server.url + "/net.safetensors"
    let first = try predict(["--weights", address], folder)
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.errors.contains("downloading \(address)"))
    #expect(first.lines.count == 1)
    let second = try predict(["--weights", address], folder)
    #expect(second.status == 0)
    #expect(!second.errors.contains("downloading"))
    #expect(server.requests.count == 1)
  }

  /// At the mirror, under the official path; without `--weights` a model means these.
  @Test(arguments: [[], ["--weights", "official"]])
  func findsTheOfficialFileAtAMirror(weights: [String]) throws {
    let folder = try TemporaryFolder()
    let hosted = try checkpoint(folder)
    let server = LocalServer { request, _ in hosted.reply(to: request) }
    let finished = try predict(
      weights + ["--model", "edgenext_xx_small"], folder, mirror: server.url)
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(
      server.requests.map(\.path)
        == ["/mmaaz60/EdgeNeXt/releases/download/v1.0/edgenext_xx_small.pth"])
    #expect(finished.errors.contains("edgenext_xx_small: edgenext_xx_small.pth"))
  }

  /// The official path at the mirror; a file that isn't the network's is named, to be deleted.
  @Test func saysWhichFileToDelete() throws {
    let folder = try TemporaryFolder()
    let server = LocalServer { _, _ in LocalServer.Reply(body: Array("no checkpoint".utf8)) }
    let finished = try predict(["--model", "edgenext_x_small"], folder, mirror: server.url)
    #expect(finished.status == 1)
    #expect(finished.output == "")
    #expect(
      server.requests.map(\.path)
        == ["/mmaaz60/EdgeNeXt/releases/download/v1.0/edgenext_x_small.pth"])
    let path = folder("cache/edgevision/edgenext_x_small.pth")
    #expect(finished.errors.contains("not a PyTorch checkpoint"))
    #expect(finished.errors.contains("delete it to have it downloaded again: \(path)"))
    #expect(FileManager.default.fileExists(atPath: path))
  }

  @Test func saysWhatToDoOffline() throws {
    let folder = try TemporaryFolder()
    let server = LocalServer { _, _ in LocalServer.Reply() }
    server.stop()
    let finished = try predict(
      ["--model", "edgenext_base_usi", "--weights", "official"], folder, mirror: server.url)
    #expect(finished.status == 1)
    #expect(finished.errors.contains("\(server.url)/mmaaz60/EdgeNeXt"))
    #expect(finished.errors.contains(folder("cache/edgevision/edgenext_base_usi.pth")))
  }

  @Test func takesAFileThatWasPlacedByHand() throws {
    let folder = try TemporaryFolder()
    let published = try #require(PublishedWeights(model: "edgenext_xx_small"))
    let cache = folder("cache/edgevision")
    try FileManager.default.createDirectory(atPath: cache, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: folder.checkpoint("net.safetensors", of: .edgeNeXtXXSmall),
      toPath: WeightsCache(directory: cache).path(for: published))
    let finished = try predict(["--model", "edgenext_xx_small"], folder)
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(!finished.errors.contains("downloading"))
  }

  @Test func namesTheFileOfAnotherNetwork() throws {
    let folder = try TemporaryFolder()
    let hosted = try checkpoint(folder)
    let server = LocalServer { request, _ in hosted.reply(to: request) }
    let finished = try predict(["--model", "edgenext_base"], folder, mirror: server.url)
    #expect(finished.status == 1)
    #expect(finished.errors.contains("edgenext_base: the checkpoint's tensors are not"))
    #expect(finished.errors.contains(folder("cache/edgevision/edgenext_base.pth")))
  }
}
