/// In which precision prepared events are kept, and whether in memory or on the disk.
public enum EventStorage: String, Sendable, CaseIterable {
  /// In memory, in double precision.
  case double
  /// Half the memory; sums stay double. Every number of an event is rounded to 6e-8 of itself.
  case single
  /// On the disk, read again for every evaluation.
  case file
}
