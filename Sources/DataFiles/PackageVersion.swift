/// Which version of this package a result comes from.
public enum PackageVersion {
  /// Semantic version (semver.org).
  public static let current = "0.2.0"
}
