import Foundation
import Synchronization

/// Ctrl-C: after the first, the run stops as soon as the items of work that were begun are done;
/// the second ends the program at once.
public enum Interrupts {
  private static let count = Atomic<Int>(0)

  /// True after an interrupt.
  public static var haveCome: Bool { count.load(ordering: .relaxed) > 0 }

  /// Begins to listen, also if the program that started this one had blocked the signals.
  public static func begin() {
    var listened = sigset_t()
    sigemptyset(&listened)
    sigaddset(&listened, SIGINT)
    sigaddset(&listened, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &listened, nil)
    for number in [SIGINT, SIGTERM] {
      signal(number) { received in
        Interrupts.count.wrappingAdd(1, ordering: .relaxed)
        signal(received, SIG_DFL)
      }
    }
  }
}
