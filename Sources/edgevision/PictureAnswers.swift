import ArgumentParser
import EdgeVision

/// What a command finds in one picture; its properties are entries of the object of `--json`.
protocol PictureFinding: Encodable {
  /// That the network and what makes a finding of its outputs took.
  var milliseconds: Double { get }
  /// For people, below the picture's name.
  var lines: [String] { get }
}

/// The pictures that a command's arguments stand for, worked on one after the other.
struct PictureAnswers {
  private let pictures: [Picture]

  init(_ options: PictureOptions) { pictures = options.images.flatMap(Picture.found) }

  /// The files.
  var paths: [String] { pictures.filter { $0.problem == nil }.map(\.path) }

  /// Says something of each picture; those that can't be read are reported, and the others are still
  /// worked on.
  ///
  /// - Parameters:
  ///   - load: what the work needs; not called where there is no picture.
  ///   - work: on the picture in a file.
  /// - Throws: `ExitCode.failure` at the end where pictures failed.
  func show<Worker, Finding: PictureFinding>(
    json: Bool, load: () throws -> Worker, work: (Worker, String) throws -> Finding
  ) throws {
    // Nothing is loaded, let alone downloaded, for pictures that aren't there.
    let isUseful = pictures.contains { $0.problem == nil }
    let worker: Worker? = isUseful ? try load() : nil
    var progress = PictureProgress(total: pictures.count)
    var failures = 0
    for picture in pictures {
      var answer = PictureAnswer<Finding>(file: picture.path, error: picture.problem?.description)
      if let worker, answer.error == nil {
        do {
          answer.finding = try work(worker, picture.path)
        } catch let problem as ImageError {
          answer.error = problem.description
        }
      }
      progress.advance()
      if let error = answer.error { Console.note("Error: \(error)") }
      if json { try Console.json(answer) } else { try Console.result(answer.lines) }
      if answer.error != nil { failures += 1 }
    }
    if failures > 0 {
      if pictures.count > 1 { Console.note("\(failures) of \(pictures.count) pictures failed") }
      throw ExitCode.failure
    }
  }
}

/// What a command says of one picture; an object of `--json`.
private struct PictureAnswer<Finding: PictureFinding>: Encodable {
  let file: String
  var finding: Finding?
  /// Why nothing is said of the picture.
  var error: String?

  private enum CodingKeys: String, CodingKey { case file, error }

  /// The finding's entries stand beside the file's name.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(file, forKey: .file)
    try container.encodeIfPresent(error, forKey: .error)
    try finding?.encode(to: encoder)
  }

  /// For people; empty where there is an error.
  var lines: [String] {
    guard let finding else { return [] }
    return ["\(printable(file)) (\(fixed(finding.milliseconds, digits: 1)) ms)"]
      + finding.lines.map { "  \($0)" }
  }
}

/// A file to work on, or an argument that stands for none.
private struct Picture {
  let path: String
  var problem: ImageError?

  static func found(_ argument: String) -> [Picture] {
    do throws(ImageError) {
      return try ImageFiles.expand([argument]).map { Picture(path: $0) }
    } catch {
      return [Picture(path: argument, problem: error)]
    }
  }
}

/// The result of some work, and how long it took.
func timed<Result>(_ work: () throws -> Result) rethrows -> (result: Result, milliseconds: Double) {
  let clock = ContinuousClock()
  let start = clock.now
  let result = try work()
  return (result, (clock.now - start) / .milliseconds(1))
}
