/// In which precision prepared events are kept, and where.
public enum EventStorage: String, Sendable, CaseIterable {
  /// In memory, in double precision.
  case double
  /// Half the memory; sums stay double. Every number of an event is rounded to 6e-8 of itself.
  case single
  /// On the disk, read anew for every evaluation.
  case file
}
