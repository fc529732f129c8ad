// What beamlines are made of belongs to what tracks through them.

@_exported import BeamMaps
