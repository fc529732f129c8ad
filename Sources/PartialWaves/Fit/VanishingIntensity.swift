import Communication
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
      let share = channel.data.share
      guard try share.count(workers.communicator, where: { weights[$0] < 0 }) > 0 else { continue }
      let intensities = try channel.intensities(
        of: channel.data, parameters.values(at: x), workers: workers)
      let mean = try share.sum(workers) { intensities[$0] } / Double(share.total)
      let found = try share.first(workers.communicator) {
        weights[$0] < 0 && intensities[$0] < 1e-10 * mean
      } _: {
        weights[$0]
      }
      guard let (event, weight) = found else { continue }
      return
        "−log L falls without end: in channel \(quoted(channel.name)) the intensity vanishes at event \(event), "
        + "counted from 0, whose weight is \(weight)"
    }
    return nil
  }
}
