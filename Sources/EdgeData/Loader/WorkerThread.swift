#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A thread of the operating system that gives way to those that compute.
@safe final class WorkerThread: Sendable {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  #if canImport(Darwin)
    /// Safe to share: a name for the thread, used through the system's calls only.
    private nonisolated(unsafe) let thread: pthread_t
  #else
    private let thread: pthread_t
  #endif

  /// Runs `body` on a new thread; ``join()`` must follow. Nil where the system has no thread to
  /// give.
  init?(_ body: @escaping @Sendable () -> Void) {
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let context = unsafe Unmanaged.passRetained(Body(body))
    guard unsafe pthread_create(&thread, nil, Self.main, context.toOpaque()) == 0 else {
      unsafe context.release()
      return nil
    }
    #if canImport(Darwin)
      guard let thread = unsafe thread else { return nil }
      unsafe self.thread = thread
    #else
      self.thread = thread
    #endif
  }

  /// Waits until the body has returned. To be called once.
  func join() {
    #if canImport(Darwin)
      unsafe pthread_join(thread, nil)
    #else
      pthread_join(thread, nil)
    #endif
  }

  #if canImport(Darwin)
    private static let main:
      @convention(c) (UnsafeMutableRawPointer) ->
        UnsafeMutableRawPointer? = { context in unsafe run(context) }
  #else
    private static let main:
      @convention(c) (UnsafeMutableRawPointer?) ->
        UnsafeMutableRawPointer? = { context in unsafe run(context) }
  #endif

  private static func run(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    giveWay()
    if let context = unsafe context {
      unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
    }
    return nil
  }

  /// Lowers the priority of the present thread. Linux takes a process number of 0 for the thread
  /// that asks, not for its process.
  private static func giveWay() {
    #if canImport(Darwin)
      pthread_set_qos_class_self_np(QOS_CLASS_UTILITY, 0)
    #elseif canImport(Glibc)
      setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 5)
    #else
      setpriority(PRIO_PROCESS, 0, 5)
    #endif
  }
}
