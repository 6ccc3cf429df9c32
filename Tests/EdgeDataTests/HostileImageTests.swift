import EdgeData
import TestSupport
import Testing

/// Damaged files end in an error that names them, or in a picture; never in a trap.
@Suite struct HostileImageTests {
  @Test(arguments: try ImageFormatTests.cases())
  func truncationIsAnError(golden: ImageFormatTests.Case) throws {
    let bytes = try fileBytes(golden.path)
    for step in 0..<50 {
      let part = Array(bytes.prefix(bytes.count * step / 50))
      do throws(ImageError) {
        let image = try Image(bytes: part, name: golden.file)
        // Only what follows the pixels may be missing: PNG's end mark and late chunks.
        #expect(golden.file.hasSuffix(".png"), "\(part.count) of \(bytes.count) bytes decode")
        #expect([image.width, image.height].sorted() == golden.stored.size.sorted())
      } catch {
        #expect(error.description.contains(golden.file))
      }
    }
  }

  @Test func truncatedPhotographIsAnError() throws {
    for name in ["rocket.jpg", "chelsea.png"] {
      let bytes = try fileBytes(examplePath(name))
      #expect {
        try Image(bytes: Array(bytes.dropLast(bytes.count / 4)), name: name)
      } throws: { error in
        guard case .truncated(let file, _, _)? = error as? ImageError else { return false }
        return file == name
      }
    }
  }

  @Test(arguments: ["jpg", "png", "webp"])
  func mutationsNeverTrap(suffix: String) throws {
    let originals = try ImageFormatTests.cases().filter { $0.file.hasSuffix(suffix) }
      .map { try fileBytes($0.path) }
    var rng = SplitMix64(seed: 2024)
    for round in 0..<500 {
      var bytes = originals[round % originals.count]
      for _ in 0..<Int.random(in: 1...8, using: &rng) { mutate(&bytes, using: &rng) }
      do throws(ImageError) {
        let image = try Image(bytes: bytes, name: "mutant \(round)", pixelLimit: 1 << 20)
        #expect(image.pixels.count == image.width * image.height * 3)
      } catch {
        #expect(error.description.hasPrefix("mutant \(round)"))
      }
    }
  }

  private func mutate(_ bytes: inout [UInt8], using rng: inout SplitMix64) {
    let place = Int.random(in: 0..<bytes.count, using: &rng)
    switch Int.random(in: 0..<5, using: &rng) {
    case 0: bytes[place] = UInt8.random(in: 0...255, using: &rng)
    case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &rng)
    case 2: bytes[place] = 0xFF
    case 3 where bytes.count > 64: bytes.remove(at: place)
    default: bytes.insert(UInt8.random(in: 0...255, using: &rng), at: place)
    }
  }

  @Test func decompressionBombIsRefused() {
    let header = pngStart(width: 100_000, height: 100_000)
    let elapsed = ContinuousClock().measure {
      #expect(
        throws: ImageError.tooLarge(
          file: "bomb.png", width: 100_000, height: 100_000, limit: Image.defaultPixelLimit)
      ) { try Image(bytes: header, name: "bomb.png") }
    }
    #expect(elapsed < .seconds(1))
  }

  @Test func limitIsInclusive() throws {
    let path = examplePath("chelsea.png")
    #expect(try Image(contentsOf: path, pixelLimit: 451 * 300).width == 451)
    #expect(
      throws: ImageError.tooLarge(file: path, width: 451, height: 300, limit: 451 * 300 - 1)
    ) { try Image(contentsOf: path, pixelLimit: 451 * 300 - 1) }
  }

  @Test func damagedChecksumIsAnError() throws {
    let path = examplePath("chelsea.png")
    var bytes = try fileBytes(path)
    bytes[bytes.count / 2] ^= 1
    #expect(throws: ImageError.self) { try Image(bytes: bytes, name: path) }
  }

  @Test func unreadablePathsAreErrors() {
    #expect(throws: ImageError.missing(file: "/no/such.jpg")) {
      try Image(contentsOf: "/no/such.jpg")
    }
    #expect(throws: ImageError.unreadable(file: "/", reason: "it is a folder")) {
      try Image(contentsOf: "/")
    }
    #expect(throws: ImageError.unreadable(file: "/dev/zero", reason: "it isn't a regular file")) {
      try Image(contentsOf: "/dev/zero")
    }
  }

  /// A signature, a header and the start of the pixels.
  private func pngStart(width: UInt32, height: UInt32) -> [UInt8] {
    func bytes(_ value: UInt32) -> [UInt8] {
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
    let header = Array("IHDR".utf8) + bytes(width) + bytes(height) + [8, 2, 0, 0, 0]
    let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    return signature + bytes(13) + header + bytes(crc32(header)) + bytes(0) + Array("IDAT".utf8)
      + bytes(crc32(Array("IDAT".utf8)))
  }

  private func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in
        value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0)
      }
    }
  }
}
