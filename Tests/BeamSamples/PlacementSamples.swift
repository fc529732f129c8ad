import BeamDynamics

extension Placement {
  /// Displaced across the flight and rolled.
  public static let shifted = Placement(dx: 2e-4, dy: -3e-4, tilt: 0.1)
  /// Displaced in all six degrees of freedom about the centre.
  public static let displaced = Placement(
    dx: 2e-4, dy: -3e-4, dz: 4e-4, pitch: 5e-3, yaw: -7e-3, tilt: 0.1)
  /// The same about the entrance.
  public static let displacedAtEntrance: Placement = {
    var placement = displaced
    placement.pivot = .entrance
    return placement
  }()

  /// Aligned, and in all the ways above.
  public static let samples = [Placement(), shifted, displaced, displacedAtEntrance]

  /// Whether it moves along the flight, or turns the direction of flight.
  public var isSpatial: Bool { dz != 0 || pitch != 0 || yaw != 0 }
}
