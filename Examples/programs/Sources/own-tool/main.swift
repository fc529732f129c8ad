// The command-line tool with effects, an element, a distribution and a quantity of one's own: run files name them.
import BeamDynamics
import BeamtrackCommands
import LatticeFiles
import OwnEffects
import OwnParts
import Sensitivity

let known = Catalogs(
  elements: .standard + ElementCatalog([RadialLens.self]),
  effects: .standard
    + EffectCatalog([Wake.self, FadingWake.self, Scattering.self, EnergyLoss.self]),
  distributions: .standard + DistributionCatalog([ParabolicDistribution.self]),
  quantities: .standard + QuantityCatalog([Quantity(BeamArea())]))
Catalogs.$current.withValue(known) { Beamtrack.main() }
