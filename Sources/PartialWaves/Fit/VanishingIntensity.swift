import Documents

extension Likelihood {
  /// Where −log L has no minimum: an event of negative weight at which the intensity vanishes, in words.
  ///
  /// A coherent amplitude can have a zero. One that moves onto such an event makes −w·log I fall without
  /// end, and a search follows it until rounding stops it. Of events that are where they are by chance
  /// one in 1/ε has less than ε of the mean intensity: 10⁻¹⁰ is no chance.
  ///
  /// - Parameter x: Values of the free parameters.
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
