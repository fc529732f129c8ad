/// Which version of this package a result comes from.
enum PackageVersion {
  /// Semantic version (semver.org).
  static let current = "0.1.0"
}
