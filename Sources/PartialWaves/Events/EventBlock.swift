/// The size of a block: the events that pass through all steps of a likelihood together.
///
/// The results of one step are then still in the processor's caches when the next step reads them:
/// a block of a model with six resonances takes 60 kB with all its derivatives. The size is a
/// multiple of the lane counts of all instruction sets; a lane is one entry of a SIMD vector.
public enum EventBlock {
  /// Events in a block.
  public static let capacity = 128
}
