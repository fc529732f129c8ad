import Sensitivity

/// The scan of a run file: what it varies, and which settings it has.
public struct ScanDescription: Sendable {
  /// What the settings vary.
  public var variables: ScanVariables
  /// The settings.
  public var settings: ScanSettings
  /// Whether the file's objective is computed for each setting.
  public var hasObjective = false
  /// Whether its gradient is computed, too.
  public var hasGradient = false

  /// The greatest number of settings that a file may have.
  static let limit = 10_000_000
}
