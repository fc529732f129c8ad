import Communication
import Optimization
import RandomNumbers

/// Draws events that are distributed as a model says, by accepting some of those that fill phase
/// space.
///
/// The bound of the intensity is the largest that any proposed event has: it is raised, and all
/// events judged anew, until the sample is large enough, so that no event was too likely for it.
struct ToyGenerator {
  let file: ModelFile
  let channel: ChannelModel
  let normalization: [Double]
  let workers: Workers

  /// The stream of random numbers that decide on events.
  private static let stream: UInt32 = 2
  /// Events that are proposed at a time.
  private static let batch = 65_536

  /// - Parameter parameters: Values of all parameters of the model.
  func draw(_ count: Int, seed: UInt64, _ parameters: [Double]) throws -> EventTable {
    // Only the amplitude matters; the files of the model do not.
    var model = channel
    model.background = nil
    model.amplitude.background = nil
    var memory = file
    memory.storage = .double
    let preparation = memory.preparation(model, workers)
    var candidates: [(table: EventTable, intensities: [Double], draws: [Double])] = []
    var bound = 0.0
    while true {
      let number = UInt64(candidates.count)
      let table = try file.phaseSpace(
        model, events: Self.batch, seed: seed &* 0x9E37_79B9_7F4A_7C15 &+ number,
        workers: workers)
      let ones = [Double](repeating: 1, count: table.count)
      let sample = try preparation.sample(
        table, weights: ones, normalization: normalization, background: nil, file: nil)
      let channel = Channel(
        name: model.name, amplitude: model.amplitude, data: sample, integration: sample)
      let intensities = try channel.intensities(of: sample, parameters, workers: workers)
      guard let largest = intensities.max(), largest > 0, largest.isFinite else {
        throw EvaluationFailure(
          "channel \"\(model.name)\": the intensity vanishes all over phase space")
      }
      bound = max(bound, largest)
      var random = PhiloxGenerator(seed: seed, stream: Self.stream, item: number)
      candidates.append((table, intensities, ones.map { _ in random.nextUniform() }))
      let accepted = candidates.map { batch in
        batch.intensities.indices.filter { batch.draws[$0] * bound < batch.intensities[$0] }
      }
      guard accepted.reduce(0, { $0 + $1.count }) >= count else { continue }
      return Self.joined(zip(candidates, accepted).map { $0.table.selecting($1) }, count)
    }
  }

  /// The first `count` events of several tables.
  private static func joined(_ tables: [EventTable], _ count: Int) -> EventTable {
    let particles = tables[0].particleCount
    var components: [Double] = []
    components.reserveCapacity(4 * particles * count)
    for column in 0..<4 * particles {
      let start = components.count
      for table in tables {
        let first = column * table.count
        components += table.components[first..<first + table.count].prefix(
          count - (components.count - start))
      }
    }
    return EventTable(count: count, particleCount: particles, components: components)
  }
}
