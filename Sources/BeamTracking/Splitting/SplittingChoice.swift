import BeamMaps

/// A splitting with its error.
public struct SplittingChoice: Sendable {
  /// The splitting, with both numbers given.
  public var splitting: Splitting
  /// The largest error of a coordinate for particles of 5 mm, 5 mrad and 1 % of momentum, relative
  /// to the largest coordinate; or the error of the reference particle's energy relative to its
  /// change, if that is larger.
  public var error: Double
  /// The largest ratio of error to tolerance; at most 1 if the splitting is sufficient.
  var excess: Double
  /// The number of kicks per slice.
  var cost: Int
}
