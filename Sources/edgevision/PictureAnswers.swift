import ArgumentParser
import EdgeVision

/// What a command says of one picture; an object of `--json`.
protocol PictureAnswer: Encodable {
  init(file: String)
  var file: String { get }
  /// Why nothing is said of the picture.
  var error: String? { get set }
  /// For people; empty where there is an error.
  var lines: [String] { get }
}

/// The pictures that a command's arguments stand for, worked on one after the other.
struct PictureAnswers {
  private let pictures: [Picture]

  init(_ arguments: [String]) { pictures = arguments.flatMap(Picture.found) }

  /// The files.
  var paths: [String] { pictures.filter { $0.problem == nil }.map(\.path) }

  /// Says something of each picture; those that can't be read are reported, and the others are still
  /// worked on.
  ///
  /// - Parameters:
  ///   - load: what the work needs; not called where there is no picture.
  ///   - work: fills in the answer of a picture.
  /// - Throws: `ExitCode.failure` at the end where pictures failed.
  func show<Worker, Answer: PictureAnswer>(
    json: Bool, load: () throws -> Worker, work: (Worker, inout Answer) throws -> Void
  ) throws {
    // Nothing is loaded, let alone downloaded, for pictures that aren't there.
    let isUseful = pictures.contains { $0.problem == nil }
    let worker: Worker? = isUseful ? try load() : nil
    var progress = PictureProgress(total: pictures.count)
    var failures = 0
    for picture in pictures {
      var answer = Answer(file: picture.path)
      answer.error = picture.problem?.description
      if let worker, answer.error == nil {
        do {
          try work(worker, &answer)
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
