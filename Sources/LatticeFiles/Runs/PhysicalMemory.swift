import SystemLibrary

/// How much a run may hold.
enum PhysicalMemory {
  /// Of this machine.
  static var bytes: UInt64 { Host.physicalMemory }

  /// Whether so many particles in double precision, 8 words each, fit.
  static func holds(particles: Int) -> Bool { UInt64(particles) < bytes / 64 }
}
