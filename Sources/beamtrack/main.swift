import BeamtrackCommands
import MessagePassing

Beamtrack.main(messages: MPI())
