import BeamDynamics
import DoubleDouble

/// The judge tracks particles like any other scalar. In a tile it keeps only the leading double of
/// each number; the tests move single points.
extension DoubleDouble: ParticleScalar {}
