import BeamDynamics
import Documents
import Optimization
import Sensitivity

/// What run files may name: kinds of elements and effects, distributions, quantities, optimizers and formats
/// of files.
///
/// A program that knows more than this package adds it and sets ``current`` around its work:
///
///     let known = Catalogs(effects: .standard + EffectCatalog([Wake.self]))
///     Catalogs.$current.withValue(known) { Beamtrack.main() }
public struct Catalogs: Sendable {
  /// The kinds of elements.
  public var elements: ElementCatalog
  /// The collective effects, besides space charge.
  public var effects: EffectCatalog
  /// How beams may fill phase space.
  public var distributions: DistributionCatalog
  /// What terms of an objective may be made of.
  public var quantities: QuantityCatalog
  /// The methods that `optimize` may use.
  public var optimizers: OptimizerCatalog
  /// The formats of files of particles.
  public var beamFormats: BeamFormatCatalog
  /// The formats of files that hold a lattice.
  public var latticeFormats: LatticeFormatCatalog

  /// All that comes with this package, where nothing else is given.
  public init(
    elements: ElementCatalog = .standard, effects: EffectCatalog = .standard,
    distributions: DistributionCatalog = .standard, quantities: QuantityCatalog = .standard,
    optimizers: OptimizerCatalog = .standard, beamFormats: BeamFormatCatalog = .standard,
    latticeFormats: LatticeFormatCatalog = .standard
  ) {
    self.elements = elements
    self.effects = effects
    self.distributions = distributions
    self.quantities = quantities
    self.optimizers = optimizers
    self.beamFormats = beamFormats
    self.latticeFormats = latticeFormats
  }

  /// A sentence for each name that two kinds of a catalog have.
  var ambiguities: [String] {
    let names: [(String, [String])] = [
      ("kinds of elements", elements.kinds.map { $0.kind }),
      ("collective effects", effects.kinds.map { $0.kind }),
      ("distributions", distributions.names), ("optimizers", optimizers.names),
      ("formats of particles", beamFormats.formats.map { $0.name }),
      ("formats of lattices", latticeFormats.formats.map { $0.name }),
    ]
    return names.flatMap { what, names in
      Set(names.filter { name in names.count { $0 == name } > 1 }).sorted().map {
        "two \(what) of this program are called \(quoted($0)): the first one is used"
      }
    }
  }

  /// The catalogs that readers use in this task.
  @TaskLocal public static var current = Catalogs()
}
