import MessagePassing
import PartialWaveCommands

PWAFit.main(messages: MPI())
