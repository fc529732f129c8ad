import Communication
import Documents
import Optimization
import RandomNumbers

/// Draws events from the distribution of a model by acceptance and rejection of events that fill
/// phase space.
///
/// The bound of the intensity is the largest intensity of all proposed events. When a new batch
/// raises it, the accepted events are tested again with the same random numbers. So no event of the
/// sample has an intensity above the bound.
struct ToyGenerator {
  let file: ModelFile
  let channel: ChannelModel
  let normalization: [Double]
  let workers: Workers

  /// The stream of random numbers for acceptance.
  private static let stream: UInt32 = 2
  /// Events that are proposed at a time.
  private static let batch = 65_536

  /// - Parameter parameters: Values of all parameters of the model.
  /// - Throws: `EvaluationFailure` if the intensity is not finite, or vanishes at all events of a
  ///   batch; ``PhaseSpaceError``; `Interruption`.
  func draw(_ count: Int, seed: UInt64, _ parameters: [Double]) throws -> EventTable {
    // Only the amplitude is needed, not the files of the model.
    var model = channel
    model.leaveOutBackground()
    var memory = file
    memory.storage = .double
    let preparation = memory.preparation(model, workers)
    let communicator = workers.communicator
    // An event that one bound rejects is rejected by every higher one: only accepted events are
    // kept. Each process proposes its part of a batch.
    var accepted: [Batch] = []
    var counts: [[Int]] = []
    var bound = 0.0
    var number: UInt64 = 0
    while counts.reduce(0, { $0 + $1.reduce(0, +) }) < count {
      let table = try file.phaseSpace(
        model, events: Self.batch, seed: seed &* 0x9E37_79B9_7F4A_7C15 &+ number,
        workers: workers)
      let ones = [Double](repeating: 1, count: table.count)
      let sample = try preparation.sample(
        table, weights: ones, normalization: normalization, background: nil, file: nil)
      let channel = Channel(
        name: model.name, amplitude: model.amplitude, data: sample, integration: sample)
      let intensities = try channel.intensities(of: sample, parameters, workers: workers)
      let largest = try intensities.largest(communicator)
      try model.checkLargest(largest)
      if largest > bound {
        bound = largest
        accepted = accepted.map { $0.accepted(below: bound) }
      }
      var random = PhiloxGenerator(seed: seed, stream: Self.stream, item: number)
      let draws = (0..<table.share.events.upperBound).map { _ in random.nextUniform() }
      accepted.append(
        Batch(
          table: table, intensities: intensities,
          draws: Array(draws[table.share.events.lowerBound...])
        ).accepted(below: bound))
      number += 1
      counts = try communicator.allGather(values: accepted.map(\.table.count))
    }
    return try Self.joined(accepted.map(\.table), counts, count, communicator)
  }

  /// Events of phase space, and the random numbers for their acceptance.
  private struct Batch {
    let table: EventTable
    let intensities: [Double]
    let draws: [Double]

    func accepted(below bound: Double) -> Self {
      let places = intensities.indices.filter { draws[$0] * bound < intensities[$0] }
      return Self(
        table: table.selecting(places), intensities: places.map { intensities[$0] },
        draws: places.map { draws[$0] })
    }
  }

  /// The first `count` events of several batches, each of which lies in all processes, in their order.
  ///
  /// - Parameter counts: By process, how many events it has of each batch.
  private static func joined(
    _ tables: [EventTable], _ counts: [[Int]], _ count: Int, _ communicator: any Communicator
  ) throws -> EventTable {
    var numbers: [Int] = []
    var first = 0
    for batch in tables.indices {
      for (rank, own) in counts.enumerated() {
        if rank == communicator.rank { numbers += first..<first + own[batch] }
        first += own[batch]
      }
    }
    let particles = tables[0].particleCount
    let columns = (0..<4 * particles).flatMap { column in
      tables.flatMap { $0.components[column * $0.count..<(column + 1) * $0.count] }
    }
    let all = EventTable(count: numbers.count, particleCount: particles, components: columns)
    let wanted = numbers.indices.filter { numbers[$0] < count }
    return try all.selecting(wanted).dealt(
      as: wanted.map { numbers[$0] }, of: count, communicator
    ).events
  }
}

extension [Double] {
  /// The largest of the numbers of all processes; NaN if one of them is NaN, 0 if there are none.
  ///
  /// - Throws: What communicating throws.
  func largest(_ communicator: any Communicator) throws -> Double {
    let own = reduce(-Double.infinity) { $0.isNaN || $1.isNaN ? .nan : Swift.max($0, $1) }
    let largest = try communicator.allGather(values: own).reduce(-Double.infinity) {
      $0.isNaN || $1.isNaN ? .nan : Swift.max($0, $1)
    }
    return largest == -.infinity ? 0 : largest
  }
}

extension ChannelModel {
  /// - Throws: `EvaluationFailure` if no events can follow intensities of which this is the
  ///   largest.
  func checkLargest(_ intensity: Double) throws {
    guard !(intensity > 0 && intensity.isFinite) else { return }
    throw EvaluationFailure(
      "channel \(quoted(name)): the intensity "
        + (intensity == 0
          ? "vanishes all over phase space" : "is \(intensity) somewhere in phase space"))
  }
}
