import Documents

/// The kinds of elements that a program knows: a value, to which other modules and users add their
/// own.
public struct ElementCatalog: Sendable {
  /// In the order of documentation.
  public private(set) var kinds: [any Element.Type]

  public init(_ kinds: [any Element.Type]) { self.kinds = kinds }

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

  /// The kind of this name, as run files spell it.
  public subscript(kind: String) -> (any Element.Type)? { kinds.first { $0.kind == kind } }

  public static func + (a: ElementCatalog, b: ElementCatalog) -> ElementCatalog {
    ElementCatalog(a.kinds + b.kinds)
  }
}
