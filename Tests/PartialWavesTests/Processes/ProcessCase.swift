import Communication
import Foundation
import Support
import Testing

@testable import PartialWaves

/// The same work in several processes and threads.
enum ProcessCase {
  /// Numbers of processes and of threads in each.
  static let arrangements = (1...4).flatMap { processes in
    (1...3).map { Arrangement(processes: processes, threads: $0) }
  }

  struct Arrangement: Sendable, CustomTestStringConvertible {
    let processes: Int
    let threads: Int
    var testDescription: String { "\(processes) × \(threads)" }
  }

  /// What every process finds.
  static func results<Value: Sendable>(
    _ arrangement: Arrangement, _ body: @escaping @Sendable (Workers) throws -> Value
  ) throws -> [Value] {
    try ThreadedProcesses.run(arrangement.processes) {
      try body(Workers(count: arrangement.threads, communicator: $0))
    }
  }

  /// What one process with one thread finds, which is what every process of every arrangement has to find.
  static func expectSame<Value: Sendable & Equatable>(
    _ arrangements: [Arrangement] = arrangements,
    _ body: @escaping @Sendable (Workers) throws -> Value
  ) throws {
    let alone = try body(.one)
    for arrangement in arrangements {
      for (rank, found) in try results(arrangement, body).enumerated() {
        #expect(found == alone, "\(arrangement.testDescription), process \(rank)")
      }
    }
  }

  /// Value, gradient, product, derivative, Hessian, covariance and fractions of a likelihood, number by number.
  @Sendable static func numbers(of likelihood: Likelihood) throws -> [Double] {
    let parameters = likelihood.parameters
    let start = parameters.start
    let direction = start.indices.map { Double($0 % 3) - 0.7 }
    let value = try likelihood.value(at: start)
    let (same, gradient) = try likelihood.valueAndGradient(at: start)
    let product = try likelihood.valueGradientAndProduct(at: start, direction: direction)
    let hessian = try likelihood.hessian(at: start)
    // Not every start is a minimum: one far up the diagonal has a covariance.
    var lifted = hessian
    for i in start.indices { lifted[i, i] += 1e9 }
    var numbers = [value, same] + gradient
    numbers += [product.value] + product.gradient + product.product
    numbers.append(try likelihood.derivative(at: start, along: direction))
    numbers += hessian.entries
    numbers += try likelihood.covariance(lifted, at: start).matrix.entries
    for channel in likelihood.channels {
      let fractions = try FitFractions(
        of: channel, at: start, parameters, workers: likelihood.workers)
      for fraction in fractions.fractions + [fractions.sum] {
        numbers += [fraction.value] + fraction.gradient
      }
      let seen = try EventFractions(
        of: channel, at: start, parameters, workers: likelihood.workers)
      numbers += seen.resonances.map(\.value) + (seen.produced ?? []).map(\.value)
    }
    #expect(numbers.allSatisfy { $0.isFinite })
    return numbers
  }

  /// The events of all processes, in their order.
  static func joined(_ tables: [EventTable]) -> EventTable {
    let particles = tables[0].particleCount
    return EventTable(
      count: tables.reduce(0) { $0 + $1.count }, particleCount: particles,
      components: (0..<4 * particles).flatMap { column in
        tables.flatMap { $0.components[column * $0.count..<(column + 1) * $0.count] }
      })
  }
}
