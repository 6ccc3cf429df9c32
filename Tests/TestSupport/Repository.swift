import FoundationEssentials

/// Files of the checkout that tests read.
public enum Repository {
  /// The checkout's folder, found from this source file.
  public static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A file under Tests/Goldens.
  public static func golden(_ path: String) -> URL {
    root.appending(path: "Tests/Goldens").appending(path: path)
  }
}
