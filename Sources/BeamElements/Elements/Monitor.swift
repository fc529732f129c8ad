import AutoDiff
import BeamMaps
import ParameterTables

/// A place where all particles are written to a file.
public struct Monitor: Element {
  public init() {}

  public static let kind = "Monitor"
  public static let summary = "Writes all particles to a file; has no effect on the beam."
  public static let orbitLength = OrbitLength<Self>.none
  public static let parameters = ParameterTable<Self>([])

  public var isLinear: Bool { true }
  public var recordsParticles: Bool { true }
  public var equivalentSlices: EquivalentSlices { .all }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> { TransferMap(Rest<S>()) }
}
