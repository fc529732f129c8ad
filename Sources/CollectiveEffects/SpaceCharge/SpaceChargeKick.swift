import AutoDiff
import BeamTracking
import ParameterTables

/// A place for a space charge kick, over an effective length.
///
/// If a beamline has such places, kicks happen only there.
public struct SpaceChargeKick: Element {
  /// The length of beamline that the kick stands for [m]; its length along the design orbit is
  /// zero.
  public var effectiveLength: Double

  /// A kick for `length` [m].
  public init(length: Double) { effectiveLength = length }
  public init() { self.init(length: 0) }

  public static let kind = "SpaceChargeKick"
  public static let summary =
    "A kick of space charge at one place; with such places, kicks happen only there."
  public static let orbitLength = OrbitLength<Self>.none
  public static let collectiveLength = OrbitLength<Self>.along(\.effectiveLength)
  public static let parameters = ParameterTable<Self>([
    .real(
      "length", \.effectiveLength, unit: "m", required: true, "Length that the kick stands for.")
  ])

  public var isLinear: Bool { true }
  public var equivalentSlices: EquivalentSlices { .all }

  /// The reference particle does not move.
  public func advance<C: RealScalar>(
    _ reference: inout ReferenceParticle<C>, over slice: Slice, _ q: Lifted<Self, C>
  ) {}

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> { TransferMap(Rest<S>()) }
}

extension ElementCatalog {
  /// The elements of the module `CollectiveEffects`: places for kicks of space charge.
  public static let spaceCharge = ElementCatalog([SpaceChargeKick.self])
}
