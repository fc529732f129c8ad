import PartialWaves
import RandomNumbers

extension ToyStudy {
  /// The stream of random numbers for numbers of events.
  private static let numberStream: UInt32 = 9
  /// The stream of random numbers for the centres of pulls and constraints.
  private static let constraintStream: UInt32 = 10

  /// The model with the events of toy `number`, a repetition of the experiment.
  ///
  /// If a channel's yield is part of the likelihood, the number of its events fluctuates around it;
  /// else it is that of the data. Pulls and constraints on fractions represent other measurements,
  /// which fluctuate too: their centres are drawn around the truth with the width of their
  /// strength, 1/√(2·N·strength).
  func model(ofToy number: Int) throws -> LoadedModel {
    let parameters = model.file.parameters
    let toy = try model.with(data: try events(ofToy: number))
    let truth = parameters.values(at: parameters.start)
    var place = 0
    return toy.with(parameters: parameters) { channel in
      defer { place += 1 }
      var random = PhiloxGenerator(
        seed: seed(ofToy: number, channel: place), stream: Self.constraintStream)
      let weight = channel.data.totalWeight
      func drawn(_ centre: Double, _ strength: Double) -> Double {
        let normal = random.nextNormal()
        return strength > 0 ? centre + normal / (2 * weight * strength).squareRoot() : centre
      }
      for i in channel.pulls.indices {
        channel.pulls[i].centre = drawn(
          truth[channel.pulls[i].parameter], channel.pulls[i].strength)
      }
      if let constraint = channel.fractionConstraint {
        channel.fractionConstraint?.sum = drawn(fractionSums[place], constraint.strength)
      }
    }
  }

  /// The events of toy `number`, by channel.
  func events(ofToy number: Int) throws -> [LoadedModel.DrawnEvents] {
    let values = model.file.parameters.values(at: model.file.parameters.start)
    return try model.channels.enumerated().map { i, channel in
      let seed = seed(ofToy: number, channel: i)
      let expected =
        settings.events.map(Double.init) ?? channel.model.yield.map { values[$0] }
        ?? channel.channel.data.totalWeight
      var count = Int(expected.rounded())
      if channel.model.yield != nil {
        var random = PhiloxGenerator(seed: seed, stream: Self.numberStream)
        count = random.nextPoisson(mean: expected)
      }
      return try model.draw(
        max(count, 1), ofChannel: i, at: values, from: settings.origin, seed: seed)
    }
  }

  private func seed(ofToy number: Int, channel: Int) -> UInt64 {
    // Odd multipliers keep the seeds of different toys and channels apart (R. Steele, S. Vigna,
    // Softw. Pract. Exp. 52, 443 (2022)).
    settings.seed &* 0xD134_2543_DE82_EF95 &+ UInt64(number) &* 0xF135_7AEA_2E62_A9C5
      &+ UInt64(channel) &* 0x9E37_79B9_7F4A_7C15
  }
}

extension LoadedModel {
  /// The model with another expected number of events in every channel in which that is fitted.
  func expecting(_ events: Int) -> Self {
    var start = file.parameters.start
    let values = file.parameters.values(at: start)
    for yield in channels.compactMap(\.model.yield) {
      guard let place = file.parameters.freePlace(of: yield) else { continue }
      start[place] += Double(events) - values[yield]
    }
    return with(parameters: file.parameters.replacing(free: start))
  }
}

extension PhiloxGenerator {
  /// A number from the Poisson distribution of a mean: how many intervals from the exponential
  /// distribution of mean 1 fit into `mean`.
  mutating func nextPoisson(mean: Double) -> Int {
    var count = -1
    var left = mean
    repeat {
      left += Double.log(1 - nextUniform())
      count += 1
    } while left > 0
    return count
  }
}
