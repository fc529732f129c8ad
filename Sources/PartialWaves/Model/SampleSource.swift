/// Where the events of a sample come from.
public enum SampleSource: Sendable, Equatable {
  /// A file: `.npz`, `.npy` or `.csv`.
  case file(String)
  /// Events drawn evenly from phase space.
  case phaseSpace(events: Int, seed: UInt64)
  /// Events drawn by the model itself, at the values of its file.
  case toy(events: Int, seed: UInt64)
}
