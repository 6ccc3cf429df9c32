#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A thread of the operating system.
enum Thread {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Runs `body` on a new thread that nobody waits for.
  /// - Precondition: the system has a thread to give.
  static func detach(_ body: @escaping @Sendable () -> Void) {
    #if canImport(Glibc)
      var thread = pthread_t()
    #else
      var thread: pthread_t?
    #endif
    let context = unsafe Unmanaged.passRetained(Body(body)).toOpaque()
    let status = unsafe pthread_create(&thread, nil, threadMain, context)
    precondition(status == 0, "pthread_create: error \(status)")
    #if canImport(Glibc)
      pthread_detach(thread)
    #else
      if let thread { pthread_detach(thread) }
    #endif
  }

  #if canImport(Glibc)
    private static let threadMain:
      @convention(c) (UnsafeMutableRawPointer?) ->
        UnsafeMutableRawPointer? = { context in unsafe run(context) }
  #else
    private static let threadMain:
      @convention(c) (UnsafeMutableRawPointer) ->
        UnsafeMutableRawPointer? = { context in unsafe run(context) }
  #endif

  private static func run(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context = unsafe context {
      unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
    }
    return nil
  }
}
