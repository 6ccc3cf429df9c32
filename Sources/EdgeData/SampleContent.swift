/// A picture as a data set yields it: still encoded, so that only the part that is needed has to be
/// decoded, or as pixels.
public enum SampleContent: Sendable, Equatable {
  /// A JPEG, PNG or WebP file's bytes.
  case encoded([UInt8])
  case decoded(Image)
}
