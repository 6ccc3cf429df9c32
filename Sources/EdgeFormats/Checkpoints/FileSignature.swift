/// Tells what a file is by its first bytes.
enum FileSignature {
  static func format(of file: ByteSlice) throws(FormatError) -> CheckpointFile.Format {
    let path = file.bytes.path
    if SafetensorsReader.recognizes(file) { return .safetensors }
    if file.load(at: 0, as: UInt32.self) == ZipArchive.signature { return .pytorch }
    if file.load(at: 0, as: UInt8.self) == PickleOpcode.protocolVersion.rawValue {
      return .pytorchLegacy
    }
    if file.text(at: 257, count: 5) == "ustar" {
      throw .unsupported(
        path: path, place: "file", feature: "the tar format of PyTorch before 0.1.10",
        advice: "load it in PyTorch and save it again")
    }
    throw .unrecognized(path: path, resembles: resemblance(file))
  }

  private static func resemblance(_ file: ByteSlice) -> String? {
    if file.byteCount == 0 { return "an empty file" }
    let start = file.text(at: 0, count: min(64, file.byteCount)) ?? ""
    let known: [(prefix: String, name: String)] = [
      ("version https://git-lfs", "a pointer of Git LFS: fetch the file itself with git lfs pull"),
      ("<", "a web page: the download went wrong"),
      ("GGUF", "a GGUF file"),
    ]
    if let match = known.first(where: { start.hasPrefix($0.prefix) }) { return match.name }
    if file.load(at: 0, as: UInt16.self) == 0x8B1F { return "a gzip file: unpack it first" }
    if file.load(at: 0, as: UInt32.self) == 0x4644_4889 { return "an HDF5 file" }
    return nil
  }
}
