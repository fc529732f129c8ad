import BeamMaps

/// A splitting with the error that it makes.
public struct SplittingChoice: Sendable {
  /// With nothing left open.
  public var splitting: Splitting
  /// The largest error of a coordinate of particles of 5 mm, 5 mrad and 1 % of momentum, over
  /// the largest coordinate; that of the reference particle's energy over its change, if larger.
  public var error: Double
  /// The largest error over what is asked for; at most 1 if the splitting is as good as that.
  var excess: Double
  /// Kicks per slice.
  var cost: Int
}
