import BeamMaps
import RandomNumbers

extension MonitorReading {
  /// The bunch as a monitor reads it: the positions of living particles with the errors of reading.
  ///
  /// - Parameters:
  ///   - monitor: The name of the monitor.
  ///   - occurrence: Which of its passages in this turn it is, from 1.
  ///   - turn: The turn, from 1.
  func read<Word: ParticleWord>(
    _ bunch: Bunch<Word>, atMonitor monitor: String, occurrence: Int, turn: Int
  ) -> Bunch<Word> {
    func noise(_ axis: String, _ sigma: Double) -> Double {
      if sigma == 0 { return 0 }
      var random = PhiloxGenerator(
        seed: seed, purpose: "monitor " + axis, item: "\(monitor)#\(occurrence) turn \(turn)")
      return ErrorDistribution.gaussian(sigma, cut: nil).draw(&random)
    }
    let (x, y) = (offsetX + noise("x", noiseX), offsetY + noise("y", noiseY))
    var seen = bunch
    for i in 0..<bunch.count where bunch.isAlive(i) {
      var z = bunch[i]
      z.x = gainX * z.x + x
      z.y = gainY * z.y + y
      seen[i] = z
    }
    return seen
  }
}
