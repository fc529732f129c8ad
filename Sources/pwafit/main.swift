import PartialWaveCommands

PWAFit.main()
