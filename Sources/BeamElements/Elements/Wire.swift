import AutoDiff
import BeamMaps
import ParameterTables

/// A straight wire with a current, parallel to the axis: a lens that compensates the kicks of an
/// opposing beam far away.
public struct Wire: Element {
  /// Current [A], positive along the direction of flight.
  public var current: Double
  /// Length of the wire [m]; the element has none.
  public var length: Double
  /// Length of the orbit over which the field acts [m].
  public var interactionLength: Double
  /// Place of the wire [m].
  public var x: Double
  /// Place of the wire [m].
  public var y: Double

  /// A wire with `current` [A] over `length` [m] at `x`, `y` [m], which acts over
  /// `interactionLength` [m].
  public init(current: Double, length: Double, interactionLength: Double, x: Double, y: Double) {
    self.current = current
    self.length = length
    self.interactionLength = interactionLength
    self.x = x
    self.y = y
  }

  public init() { self.init(current: 0, length: 0, interactionLength: 0, x: 0.01, y: 0) }

  public static let kind = "Wire"
  public static let summary = "A straight wire with a current, parallel to the axis."
  public static let orbitLength = OrbitLength<Self>.none
  public static let parameters = ParameterTable<Self>([
    .real(
      "current", \.current, unit: "A", required: true,
      "Current, positive along the direction of flight."),
    .real("length", \.length, unit: "m", in: .nonNegative, required: true, "Length of the wire."),
    .real(
      "interaction_length", \.interactionLength, unit: "m", in: .nonNegative, required: true,
      "Length of the orbit over which the field acts."),
    .real("x", \.x, unit: "m", required: true, "Place of the wire in x."),
    .real("y", \.y, unit: "m", required: true, "Place of the wire in y."),
  ])

  public var equivalentSlices: EquivalentSlices { .all }

  public var mistakes: [String] {
    x == 0 && y == 0 ? ["the wire must not stand on the axis, x = y = 0"] : []
  }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    // μ₀/(4π) = 1/(4πε₀c²)
    let c = PhysicalConstants.speedOfLight
    let permeability = 1 / (4 * .pi * PhysicalConstants.vacuumPermittivity * c * c)
    return TransferMap(
      WireKick<S>(
        strength: slice.kick(q.current) * permeability / reference.rigidity, length: q.length,
        interactionLength: q.interactionLength, x: q.x, y: q.y))
  }
}
