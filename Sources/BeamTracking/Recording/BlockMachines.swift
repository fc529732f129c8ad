import AutoDiff
import Recording
import Synchronization

/// Machines for blocks of particles. Each thread takes one that is idle, and gives it back.
final class BlockMachines<S: StoredScalar>: Sendable {
  /// A machine, which one thread uses at a time.
  private final class Box: @unchecked Sendable {
    var machine = BlockMachine<S>(variables: 6)
  }

  private let idle = Mutex<[Box]>([])

  func withOne(_ body: (inout BlockMachine<S>) -> Void) {
    let box = idle.withLock { $0.popLast() } ?? Box()
    body(&box.machine)
    idle.withLock { $0.append(box) }
  }
}
