// LatticeFiles
