// BeamDynamics
