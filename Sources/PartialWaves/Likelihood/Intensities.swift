import Communication

extension Channel {
  /// The intensity of every event of a sample that this process has, of all terms or of some of them.
  ///
  /// - Parameters:
  ///   - sample: The events.
  ///   - parameters: Values of all parameters of the model.
  ///   - resonances: Which resonances count, by number, without background; nil for the whole
  ///     model.
  ///   - workers: The threads, and the processes that share the sample.
  /// - Returns: Σ_k |A_k|² of each event of this process, background included for the whole model.
  /// - Throws: `EvaluationFailure` if a background is given by its fraction and the integral of the
  ///   signal is not finite and positive; `DataFileError` if events on the disk cannot be read;
  ///   `Interruption`.
  public func intensities(
    of sample: EventSample, _ parameters: [Double], resonances: Set<Int>? = nil,
    workers: Workers = .one
  ) throws -> [Double] {
    let physical = PhysicalParameters(amplitude)
    let isActive = Array(repeating: false, count: physical.count)
    // The background is added for the whole model only.
    let integral =
      try resonances == nil
      ? integralBeforeData(
        NativeLanes.Doubles.self, parameters, parameters.map { _ in false }, wantsGradient: false,
        workers) : nil
    let kernel = IntensityKernel<NativeLanes.Doubles>(
      amplitude, sample.columns, .intensity,
      resonances.map { amplitude.only($0) } ?? amplitude.coherent,
      values: physical.values(of: parameters, strength: integral?.strength), isActive: isActive,
      wantsGradient: false)
    let pool = ScratchPool { kernel.makeScratch() }
    let pieces = try workers.map(sample.share.pieces.count) { number in
      let piece = sample.share.pieces.lowerBound + number
      return try pool.withScratch { scratch in
        let range = sample.blocks(ofPiece: piece)
        return try [Double](unsafeUninitializedCapacity: range.count * EventBlock.capacity) {
          buffer, count in
          guard let base = buffer.baseAddress else { return }
          try sample.forEachBlock(ofPiece: piece, scratch.blocks) { block, words in
            kernel.fill(
              base + (block - range.lowerBound) * EventBlock.capacity, words, scratch)
          }
          count = range.count * EventBlock.capacity
        }
      }
    }
    return Array(pieces.joined().prefix(sample.count))
  }
}
