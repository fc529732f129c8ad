// The command-line tool with effects of one's own: run files name them under "effects".
import BeamDynamics
import BeamtrackCommands
import LatticeFiles
import OwnEffects

let known = EffectCatalog.standard + EffectCatalog([Wake.self, Scattering.self, EnergyLoss.self])
Catalogs.$effects.withValue(known) { Beamtrack.main() }
