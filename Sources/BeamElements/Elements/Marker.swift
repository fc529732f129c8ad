import AutoDiff
import BeamMaps
import ParameterTables

/// A named place without effect on the beam.
public struct Marker: Element {
  public init() {}

  public static let kind = "Marker"
  public static let summary = "A named place without effect on the beam."
  public static let orbitLength = OrbitLength<Self>.none
  public static let parameters = ParameterTable<Self>([])

  public var isLinear: Bool { true }

  public var equivalentSlices: EquivalentSlices { .all }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> { TransferMap(Rest<S>()) }
}
