/// What is wrong with a data set. Every case names the place.
public enum DatasetError: Error, Equatable, Sendable {
  /// There is nothing at the path.
  case missing(path: String)
  /// The system refused to open or read.
  case system(path: String, operation: String, reason: String)
  /// A file that is no data set; `found` is what it looks like.
  case unrecognized(path: String, found: String?)
  /// A compressed archive; `advice` says how to unpack it.
  case compressed(path: String, format: String, advice: String)
  /// No folder for each class; `pictures` lie there directly.
  case noClasses(path: String, pictures: Int)
  /// Classes, but not one picture.
  case noPictures(path: String, classes: [String])
  /// Training classes without pictures.
  case emptyClasses(path: String, classes: [String])
  /// No part of any of the expected names; `found` are the names there.
  case noPart(path: String, expected: [String], found: [String])
  /// Training and validation have other classes; each list holds what the other one lacks.
  case classesDiffer(
    training: String, validation: String, onlyTraining: [String], onlyValidation: [String])
  /// The content contradicts itself, its format, or its length.
  case malformed(path: String, place: String, expected: String, found: String)
  /// A known form that isn't read; `advice` says what to do instead.
  case unsupported(path: String, place: String, feature: String, advice: String)
}

extension DatasetError: CustomStringConvertible {
  /// One sentence, safe to print: control characters in names are replaced, and long texts cut.
  public var description: String {
    let scalars = text.unicodeScalars.prefix(2000).map { scalar in
      scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar
    }
    return String(String.UnicodeScalarView(scalars))
  }

  private var text: String {
    switch self {
    case .missing(let path): "\(path): no such file or folder"
    case .system(let path, let operation, let reason): "\(path): cannot \(operation): \(reason)"
    case .unrecognized(let path, let found):
      "\(path): expected a folder or a tar archive, found \(found ?? "another kind of file")"
    case .compressed(let path, let format, let advice):
      "\(path): a file compressed by \(format) can't be read in place; \(advice)"
    case .noClasses(let path, let pictures):
      "\(path): expected a folder for each class, found "
        + (pictures == 0 ? "none" : "\(pictures) pictures outside of folders")
        + "; sort the pictures into folders named after their classes"
    case .noPictures(let path, let classes):
      "\(path): no JPEG, PNG or WebP pictures in the folders \(Self.list(classes))"
    case .emptyClasses(let path, let classes):
      "\(path): no pictures to train on in \(Self.list(classes)); add some or remove the folders"
    case .noPart(let path, let expected, let found):
      "\(path): expected \(Self.list(expected, "or")), found \(Self.list(found))"
        + "; add it, or name the validation set by itself"
    case .classesDiffer(let training, let validation, let onlyTraining, let onlyValidation):
      "the classes differ: \(Self.list(onlyTraining)) only in \(training), "
        + "\(Self.list(onlyValidation)) only in \(validation); "
        + "both need the same ones (one may have no pictures in the validation set)"
    case .malformed(let path, let place, let expected, let found):
      "\(path): \(place): expected \(expected), found \(found); "
        + "the file is damaged or incomplete, fetch or make it again"
    case .unsupported(let path, let place, let feature, let advice):
      "\(path): \(place): \(feature) can't be read; \(advice)"
    }
  }

  /// Up to ten names and the number of others.
  static func list(_ names: [String], _ conjunction: String = "and") -> String {
    let shown = names.prefix(10).map { "'\($0)'" }
    let others = names.count - shown.count
    if others > 0 { return shown.joined(separator: ", ") + " and \(others) more" }
    guard let last = shown.last else { return "nothing" }
    if shown.count == 1 { return last }
    return shown.dropLast().joined(separator: ", ") + " \(conjunction) \(last)"
  }
}
