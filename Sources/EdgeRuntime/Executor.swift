import EdgeGraph
import Synchronization

/// How programs are run.
public struct RuntimeOptions: Hashable, Sendable {
  public var isa: ISA
  public var threads: Int
  public var precision: Precision

  /// - Parameter threads: at least 1.
  public init(isa: ISA = .best, threads: Int, precision: Precision = .float32) {
    self.isa = isa
    self.threads = max(1, threads)
    self.precision = precision
  }

  /// Throws where programs can't be run like this, as ``Executor/program(for:)`` would.
  public func validate() throws(RuntimeError) {
    guard precision.isAvailable(on: isa) else { throw .precision(precision, isa: isa) }
  }
}

/// Runs one model: keeps its packed constants and a few programs, one for every graph that was
/// asked for lately. Calls from several tasks at once are safe.
public final class Executor<Request: Hashable & Sendable>: Sendable {
  public let options: RuntimeOptions
  private let record: @Sendable (Request) throws -> Graph
  private let constants = ConstantStore()
  private let programs = Mutex<[(request: Request, program: Program)]>([])
  private let capacity = 8

  /// - Parameter record: makes the graph of a request; called once for every new program.
  public init(
    options: RuntimeOptions, record: @escaping @Sendable (Request) throws -> Graph
  ) {
    self.options = options
    self.record = record
  }

  /// The program of a request, planned at its first use.
  /// - Throws: ``RuntimeError``, and what recording the graph throws.
  public func program(for request: Request) throws -> Program {
    if let program = cached(request) { return program }
    try options.validate()
    let program = try Program(record(request), options: options, constants: constants)
    return programs.withLock { programs in
      // Another task may have planned the same one meanwhile.
      if let other = programs.first(where: { $0.request == request }) { return other.program }
      programs.append((request, program))
      if programs.count > capacity { programs.removeFirst() }
      return program
    }
  }

  /// The least recently used one is first.
  private func cached(_ request: Request) -> Program? {
    programs.withLock { programs in
      guard let index = programs.firstIndex(where: { $0.request == request }) else { return nil }
      let entry = programs.remove(at: index)
      programs.append(entry)
      return entry.program
    }
  }

  /// Lets go of the parameters as they were loaded, and so of the file that they are mapped from.
  /// Those that constants of other shapes will be computed from are copied first; everything else
  /// lives on in the packed form that the program of this request has, which is planned first.
  public func releaseParameters(of request: Request) throws {
    _ = try program(for: request)
    let graph = try record(request)
    let needed = graph.shapeDependentParameters
    for parameter in graph.parameters {
      if needed.contains(parameter.name) { parameter.detach() } else { parameter.release() }
    }
  }

  /// The bytes of all packed constants, but for what depends on the image size.
  public var constantBytes: Int { constants.byteCount }
}

extension Graph {
  /// Parameters that enter constants which depend on the input's shape, on any way: what projects
  /// position codes.
  fileprivate var shapeDependentParameters: Set<String> {
    let constants = constants
    var needed: Set<ObjectIdentifier> = []
    for node in nodes where node.isOperation && constants.contains(node.id) {
      if node.inputs.isEmpty || node.inputs.contains(where: { needed.contains($0.node.id) }) {
        needed.insert(node.id)
      }
    }
    var result: Set<String> = []
    for node in nodes.reversed() where needed.contains(node.id) {
      needed.formUnion(node.inputs.map(\.node.id))
      if case .parameter(let value) = node.kind { result.insert(value.name) }
    }
    return result
  }
}
