/// Where the weights of a network come from.
public enum Weights: Hashable, Sendable {
  /// The weights that come with this package.
  case shipped
  /// The file that the network's authors publish, downloaded once.
  case official
  /// A checkpoint on this machine.
  case file(String)
  /// A checkpoint on a server, downloaded once; http or https.
  case url(String)

  /// What a command line means by its `--weights`: `official`, an address, or else a file.
  ///
  /// A file that is called `official` is reached as `./official`. Nil for an empty text.
  public init?(argument: String) {
    switch argument {
    case "": return nil
    case "official": self = .official
    case let address where WebAddress.hasWebScheme(address): self = .url(address)
    default: self = .file(argument)
    }
  }
}
