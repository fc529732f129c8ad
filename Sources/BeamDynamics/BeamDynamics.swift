// Particle beams in accelerators, all of it under one name.

@_exported import BeamElements
@_exported import BeamEnvelopes
@_exported import BeamMaps
@_exported import BeamTracking
@_exported import ParameterTables
