import BeamtrackCommands

Beamtrack.main()
