import Foundation

/// The most memory that this process has had resident.
enum PeakMemory {
  /// Bytes.
  static var bytes: Int {
    var usage = rusage()
    getrusage(.init(0), &usage)  // RUSAGE_SELF, whose type differs between systems
    #if os(Linux)
      return usage.ru_maxrss * 1024
    #else
      return usage.ru_maxrss
    #endif
  }
}
