// The command-line tool with effects of one's own: run files name them under "effects".
import BeamDynamics
import BeamtrackCommands
import LatticeFiles
import OwnEffects

let own = EffectCatalog([Wake.self, FadingWake.self, Scattering.self, EnergyLoss.self])
Catalogs.$current.withValue(Catalogs(effects: .standard + own)) { Beamtrack.main() }
