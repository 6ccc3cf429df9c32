/// A checkpoint file as the authors of a network publish it.
///
/// Addresses: the model zoo of `mmaaz60/EdgeNeXt`, README.md. Their project states neither sizes
/// nor hashes, so a download is checked against the length that the server states, and then by the
/// list of its tensors.
public struct PublishedWeights: Hashable, Sendable {
  /// The network's name.
  public let model: String
  public let url: String
  /// The entry of the file that the published accuracy was measured with (`main.py` there:
  /// `--eval` reads `model_ema`, `--usi_eval` reads `state_dict`). Nil where the authors don't say.
  public let key: String?

  /// The published file of a network, or nil where none is known.
  public init?(model: String) {
    guard let weights = Self.all.first(where: { $0.model == model }) else { return nil }
    self = weights
  }

  public static let all: [PublishedWeights] = [
    PublishedWeights("edgenext_xx_small", "v1.0/edgenext_xx_small.pth", key: "model_ema"),
    PublishedWeights("edgenext_x_small", "v1.0/edgenext_x_small.pth", key: "model_ema"),
    PublishedWeights("edgenext_small", "v1.0/edgenext_small.pth", key: "model_ema"),
    PublishedWeights("edgenext_base", "v1.2/edgenext_base.pth", key: "model_ema"),
    PublishedWeights(
      "edgenext_xx_small_bn_hs", "v1.0/edgenext_xx_small_bn_hs.pth", key: "model_ema"),
    PublishedWeights("edgenext_x_small_bn_hs", "v1.0/edgenext_x_small_bn_hs.pth", key: "model_ema"),
    PublishedWeights("edgenext_small_bn_hs", "v1.0/edgenext_small_bn_hs.pth", key: "model_ema"),
    PublishedWeights("edgenext_small_usi", "v1.1/edgenext_small_usi.pth", key: "state_dict"),
    PublishedWeights("edgenext_base_usi", "v1.2/edgenext_base_usi.pth", key: "state_dict"),
    PublishedWeights("edgenext_base_in21k", "v1.21/edgenext_base_IN21K.pth", key: nil),
  ]

  private init(_ model: String, _ path: String, key: String?) {
    self.model = model
    self.url = "https://github.com/mmaaz60/EdgeNeXt/releases/download/\(path)"
    self.key = key
  }
}
