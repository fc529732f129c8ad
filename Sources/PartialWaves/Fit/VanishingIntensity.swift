import Documents

extension Likelihood {
  /// A sentence about an event of negative weight at which the intensity vanishes, so that −log L
  /// has no minimum; nil if there is none.
  ///
  /// A coherent amplitude can have a zero. If the zero moves onto such an event, −w·log I falls
  /// without end, and a search follows it until rounding stops it. Of independent events, a
  /// fraction of about ε has less than ε times the mean intensity: below 10⁻¹⁰ a coincidence is
  /// excluded.
  ///
  /// - Parameter x: Values of the free parameters.
  /// - Throws: The errors of ``Channel/intensities(of:_:resonances:workers:)``.
  package func vanishingIntensity(at x: [Double]) throws -> String? {
    for channel in channels {
      let weights = try channel.data.numbers(inColumn: channel.data.columns.weight)
      guard weights.contains(where: { $0 < 0 }) else { continue }
      let intensities = try channel.intensities(
        of: channel.data, parameters.values(at: x), workers: workers)
      let mean = intensities.reduce(0, +) / Double(intensities.count)
      for (event, intensity) in intensities.enumerated()
      where weights[event] < 0 && intensity < 1e-10 * mean {
        return
          "−log L falls without end: in channel \(quoted(channel.name)) the intensity vanishes at event \(event), "
          + "counted from 0, whose weight is \(weights[event])"
      }
    }
    return nil
  }
}
