/// How many events go through all the steps of a likelihood together.
///
/// What a step leaves for the next then stays in the nearest caches: a block of the model with six
/// resonances takes 60 kB with all its derivatives. The lane counts of all instruction sets divide
/// it.
public enum EventBlock {
  /// Events in a block.
  public static let capacity = 128
}
