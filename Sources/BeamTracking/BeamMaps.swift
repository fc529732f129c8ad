// Code that imports BeamTracking can use the types of BeamMaps, of which beamlines consist.

@_exported import BeamMaps
