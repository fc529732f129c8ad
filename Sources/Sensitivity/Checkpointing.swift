/// How the backward pass restores the particles before each collective kick.
public enum Checkpointing: Sendable, Equatable {
  /// Kicks and maps are inverted. Nothing is stored, for any number of kicks. The particles are
  /// restored up to the rounding errors of all inversions.
  case restoring
  /// The bunch is stored at this many places besides the start, and tracked again between them. The
  /// particles are restored exactly, to the bit.
  case binomial(slots: Int)
  /// As ``binomial(slots:)``, with as many slots as fit in this many bytes.
  case memory(bytes: Int)
  /// As ``memory(bytes:)``, with a quarter of the machine's memory.
  case automatic
}
