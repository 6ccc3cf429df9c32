#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// State that threads change one at a time, and wait for: a mutex and a condition variable.
@safe final class Monitor<State: Sendable>: Sendable {
  /// Safe to share: allocated in `init`, freed in `deinit`, used through the system's calls only.
  private nonisolated(unsafe) let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private nonisolated(unsafe) let condition: UnsafeMutablePointer<pthread_cond_t>
  /// Safe to share: touched only by the thread that has the mutex.
  private nonisolated(unsafe) var state: State

  init(_ state: State) {
    unsafe self.state = state
    unsafe mutex = .allocate(capacity: 1)
    unsafe condition = .allocate(capacity: 1)
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(condition, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  /// Must not be called from within itself or ``wait(for:)``.
  func withLock<Result>(_ body: (inout State) -> Result) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return unsafe body(&state)
  }

  /// Calls `body` until it gives a value; between calls, waits for ``wakeAll()``.
  func wait<Result>(for body: (inout State) -> Result?) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while true {
      if let result = unsafe body(&state) { return result }
      unsafe pthread_cond_wait(condition, mutex)
    }
  }

  /// Lets all that wait look at the state again.
  func wakeAll() {
    unsafe pthread_cond_broadcast(condition)
  }
}
