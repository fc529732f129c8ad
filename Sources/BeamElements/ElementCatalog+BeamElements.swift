import BeamMaps

extension ElementCatalog {
  /// The elements of the module `BeamElements`: all of this package but `SpaceChargeKick`.
  public static let beamElements = ElementCatalog([
    Drift.self,
    Quadrupole.self,
    QuadrupoleEdge.self,
    Bend.self,
    DipoleEdge.self,
    Multipole.self,
    Sextupole.self,
    Octupole.self,
    ThinMultipole.self,
    ThinDipole.self,
    Kicker.self,
    Solenoid.self,
    SolenoidEdge.self,
    PlasmaLens.self,
    TaperedPlasmaLens.self,
    NonlinearLens.self,
    Undulator.self,
    SoftSolenoid.self,
    SoftQuadrupole.self,
    ConstantFocusing.self,
    Buncher.self,
    ShortRFCavity.self,
    CrabCavity.self,
    RFMultipole.self,
    RFCavity.self,
    PlaneRotation.self,
    PitchRotation.self,
    LinearMap.self,
    UniformAcceleration.self,
    Aperture.self,
    Marker.self,
    Monitor.self,
  ])
}
