import BeamMaps

extension ElementCatalog {
  /// The elements of this module.
  public static let standard = ElementCatalog([
    Drift.self,
    Quadrupole.self,
    Bend.self,
    Multipole.self,
    Sextupole.self,
    Octupole.self,
    ThinMultipole.self,
    ThinDipole.self,
    Kicker.self,
    ConstantFocusing.self,
    Buncher.self,
    ShortRFCavity.self,
    RFCavity.self,
    Marker.self,
    Monitor.self,
  ])
}
