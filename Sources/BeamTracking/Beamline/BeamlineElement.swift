import BeamMaps
import ParameterTables

/// An element of a beamline with its name, its number of slices and its placement.
public struct BeamlineElement: Sendable {
  /// The name in tables, files and parameters such as "q1.k1".
  public var name: String { didSet { isUnnamed = false } }
  /// What it does to particles.
  public var element: any Element
  /// The number of slices; 0 stands for the run's default. Thin elements are never cut.
  public var slices: Int
  /// Its misalignment and aperture.
  public var placement: Placement
  /// Whether its name is only its kind and a number.
  private(set) var isUnnamed = false
  /// What it has more than by design, and its girder; nil for an element of the design.
  @usableFromInline package var built: BuiltElement?

  /// The element with this name, in `slices` slices (0 for the run's default), with this placement.
  public init(
    _ name: String, _ element: any Element, slices: Int = 0, placement: Placement = Placement()
  ) {
    self.name = name
    self.element = element
    self.slices = slices
    self.placement = placement
  }

  /// An element without a name of its own: a beamline calls it by its kind and its number.
  public init(_ element: any Element, slices: Int = 0, placement: Placement = Placement()) {
    self.init(
      type(of: element).kind.lowercased(), element, slices: slices, placement: placement)
    isUnnamed = true
  }

  /// What run files may give of an element of any kind besides its placement: its number of slices.
  public static let parameters = ParameterTable<Self>([
    .integer("slices", \.slices, "Slices; thin elements ignore it.")
  ])

  mutating func giveName(byKindAndNumber number: Int) {
    name = "\(type(of: element).kind.lowercased())\(number)"
    isUnnamed = true
  }

  /// The number of slices, where the run's default is `defaultSlices`; 1 for an element that is thin
  /// or is not cut.
  public func sliceCount(default defaultSlices: Int) -> Int {
    if element.length == 0 || !type(of: element).isDivisible { return 1 }
    return slices == 0 ? defaultSlices : slices
  }
}

extension BeamlineElement {
  /// Whether both are the same kind of element with the same parameters, model, slices and placement.
  func isSame(as other: BeamlineElement) -> Bool {
    func sameElement<E: Element>(_ a: E) -> Bool {
      guard let b = other.element as? E else { return false }
      return a.model == b.model
        && E.parameters.parameters.allSatisfy { $0.storage.isEqual(a, b) }
    }
    return sameElement(element) && slices == other.slices
      && Placement.parameters.parameters.allSatisfy {
        $0.storage.isEqual(placement, other.placement)
      } && placement.aperture == other.placement.aperture
  }
}
