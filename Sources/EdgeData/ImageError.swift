/// Why a picture can't be had; every case names the file.
public enum ImageError: Error, Equatable, Sendable {
  /// There is no file or folder at the path.
  case missing(file: String)
  /// The file can't be read: a folder, a device, no permission.
  case unreadable(file: String, reason: String)
  /// Not JPEG, PNG or WebP; `found` is the name of another known format.
  case unsupportedFormat(file: String, found: String?)
  /// A JPEG, PNG or WebP file of a kind that isn't decoded.
  case unsupportedFeature(file: String, format: String, reason: String)
  /// The codec found damage.
  case corrupt(file: String, format: String, reason: String)
  /// The data ends before the picture does.
  case truncated(file: String, format: String, reason: String)
  /// More pixels than allowed: a decompression bomb.
  case tooLarge(file: String, width: Int, height: Int, limit: Int)
  case outOfMemory(file: String, width: Int, height: Int)
  /// A glob pattern that no file matches.
  case noMatch(pattern: String)
  /// A folder without pictures.
  case noImages(folder: String)
}

extension ImageError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missing(let file): "\(file): no such file or folder"
    case .unreadable(let file, let reason): "\(file): can't be read: \(reason)"
    case .unsupportedFormat(let file, let found):
      "\(file): \(found.map { "a \($0) file" } ?? "not a known picture format")"
        + "; expected JPEG, PNG or WebP"
    case .unsupportedFeature(let file, let format, let reason):
      "\(file): \(format) of a kind that can't be decoded: \(reason)"
    case .corrupt(let file, let format, let reason): "\(file): damaged \(format): \(reason)"
    case .truncated(let file, let format, let reason): "\(file): truncated \(format): \(reason)"
    case .tooLarge(let file, let width, let height, let limit):
      "\(file): \(width)x\(height) pixels, more than the limit of \(limit)"
    case .outOfMemory(let file, let width, let height):
      "\(file): not enough memory for \(width)x\(height) pixels"
    case .noMatch(let pattern): "\(pattern): no file matches"
    case .noImages(let folder): "\(folder): no JPEG, PNG or WebP files in this folder"
    }
  }
}
