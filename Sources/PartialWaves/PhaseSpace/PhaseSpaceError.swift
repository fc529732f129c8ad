/// Why a decay cannot be generated. In words, particles are counted from 1, as in model files.
public enum PhaseSpaceError: Error, Equatable, CustomStringConvertible {
  /// There are fewer than two products; with their number.
  case tooFewParticles(Int)
  /// The mass of a product [GeV] is negative or not finite.
  case unphysicalMass(particle: Int, mass: Double)
  /// The parent's mass is not above what the products need, windows included [GeV].
  case parentTooLight(mass: Double, needed: Double)
  /// A window names a particle twice, or one that does not exist.
  case noSuchPair(MassWindow, particleCount: Int)
  /// A particle, counted from 0, is in two windows.
  case particleInTwoWindows(Int)
  /// A window restricts the only pair of a two-body decay, whose mass is the parent's.
  case windowOfWholeDecay(MassWindow)
  /// A window ends below the threshold of its pair [GeV].
  case emptyWindow(MassWindow, threshold: Double)

  public var description: String {
    switch self {
    case .tooFewParticles(let count):
      return "a decay needs at least two particles; it has \(count)"
    case .unphysicalMass(let particle, let mass):
      return "particle \(particle + 1) has mass \(mass) GeV; masses are finite and not negative"
    case .parentTooLight(let mass, let needed):
      return "the parent of \(mass) GeV is too light: its products need more than \(needed) GeV"
    case .noSuchPair(let window, let count):
      return """
        a mass window is for particles \(window.first + 1) and \(window.second + 1); it needs two \
        different ones of 1 … \(count)
        """
    case .particleInTwoWindows(let particle):
      return "particle \(particle + 1) is in two mass windows; it may be in one"
    case .windowOfWholeDecay(let window):
      return """
        particles \(window.first + 1) and \(window.second + 1) are the whole decay: their mass is the \
        parent's, and a window cannot restrict it
        """
    case .emptyWindow(let window, let threshold):
      return """
        the mass window of particles \(window.first + 1) and \(window.second + 1) ends at \
        \(window.masses.upperBound) GeV, below their threshold of \(threshold) GeV
        """
    }
  }
}
