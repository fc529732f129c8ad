import Foundation
import PartialWaves
import Support

/// Likelihoods of two channels by an independent implementation, checked in 80-bit arithmetic; the
/// events are those of ``WaveReference``.
struct LikelihoodReference: Decodable {
  struct Resonance: Decodable {
    let name: String
    let spin: Int
    let lineshape: String
  }

  struct Channel: Decodable {
    let resonances: [Resonance]
    /// Of all parameters but those of the φ, in the order of `values`.
    let names: [String]
    let values: [Double]
    /// Of the free parameters, in the order of gradients.
    let free: [String]
    /// Which follow the first channel's.
    let bound: [String]?
  }

  struct Pull: Decodable {
    let name: String
    let centre, strength: Double
  }

  struct Case: Decodable, CustomStringConvertible {
    let name: String
    let nll: Double
    let direction, gradient, product: [Double]

    var description: String { name }
  }

  struct Spectator: Decodable {
    let mass, width: Double
  }

  /// How many events are data; the others are for integration.
  let dataCount: Int
  let spectator: Spectator
  let channels: [Channel]
  let weights: [Double]
  let pulls: [Pull]
  let fractionSum, fractionStrength: Double
  /// Of the case "plain".
  let hessianDiagonal: [Double]
  let cases: [Case]

  static func read() throws -> Self {
    guard
      let url = Bundle.module.url(
        forResource: "likelihood-reference", withExtension: "json", subdirectory: "Fixtures")
    else { throw CocoaError(.fileNoSuchFile) }
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: url))
  }

  /// Names of the free parameters of a case, in the order of its gradient.
  func freeNames(of name: String) -> [String] {
    guard name == "simultaneous" else { return channels[0].free }
    return zip(channels, Self.tags).flatMap { channel, tag in
      channel.free.map { "\($0)@\(tag)" }
    }
  }

  private static let tags = ["phikk", "phipipi"]

  // MARK: Files

  /// Writes the model file of a case with its events; the path.
  func write(_ name: String, to folder: TemporaryFolder) throws -> String {
    let count = name == "simultaneous" ? 2 : 1
    let events = try WaveReference.read().channels
    var texts: [String] = []
    for (channel, tag) in zip(events.indices, Self.tags).prefix(count) {
      let tracks = events[channel]
      let particles = [
        tracks.positiveKaon, tracks.negativeKaon, tracks.positiveHadron, tracks.negativeHadron,
      ]
      try table(particles, 0..<dataCount).write(to: folder.file("\(tag)-data.csv"))
      try table(particles, dataCount..<particles[0].count).write(
        to: folder.file("\(tag)-integration.csv"))
      texts.append(text(channel, of: name))
    }
    if name == "weighted" {
      let lines = ["weight"] + weights.map(\.description)
      try folder.write(lines.joined(separator: "\n") + "\n", to: "weights.csv")
    }
    return try folder.write(
      """
      {
        "parent": {"name": "psi(2S)", "mass": 3.686, "polarization": "transverse"},
        "channels": {
      \(texts.joined(separator: ",\n"))
        }
      }
      """, to: "model.json")
  }

  private func table(_ particles: [[[Double]]], _ events: Range<Int>) -> EventTable {
    EventTable(
      count: events.count, particleCount: particles.count,
      components: particles.flatMap { particle in
        (0..<4).flatMap { component in events.map { particle[$0][component] } }
      })
  }

  private func text(_ channel: Int, of name: String) -> String {
    let isConstrained = name == "constrained"
    let hadron = ["K", "pi"][channel]
    let tag = Self.tags[channel]
    let resonances = channels[channel].resonances.map {
      text($0, of: channels[channel], isConstrained: isConstrained)
    }
    return """
          "\(tag)": {
            "final_state": ["K+", "K-", "\(hadron)+", "\(hadron)-"],
            "spectator": {"name": "phi", "lineshape": "breit-wigner", "mass": \(spectator.mass), "width": \(spectator.width)},
            "data": "\(tag)-data.csv", "integration": "\(tag)-integration.csv",
            \(name == "weighted" ? "\"weights\": \"weights.csv\"," : "")
            \(isConstrained ? constraint(tag) : "")
            "resonances": {\(resonances.joined(separator: ",\n"))}
          }
      """
  }

  /// Fractions over the integration events.
  private func constraint(_ tag: String) -> String {
    """
    "truth": "\(tag)-integration.csv",
    "fraction_constraint": {"sum": \(fractionSum), "strength": \(fractionStrength)},
    """
  }

  private func text(
    _ resonance: Resonance, of channel: Channel, isConstrained: Bool
  ) -> String {
    func number(_ name: String, _ value: Double) -> String {
      if channel.bound?.contains(name) == true { return "{\"same_as\": \"\(name)@phikk\"}" }
      guard channel.free.contains(name) else { return "\(value)" }
      guard isConstrained, let pull = pulls.first(where: { $0.name == name }) else {
        return "{\"value\": \(value)}"
      }
      return "{\"value\": \(value), \"pull\": [\(pull.centre), \(pull.strength)]}"
    }
    var members = [
      "\"spin\": \(resonance.spin)", "\"lineshape\": \"\(resonance.lineshape)\"",
    ]
    var couplings: [String: [String]] = [:]
    for (name, value) in zip(channel.names, channel.values)
    where name.hasPrefix(resonance.name + ".") {
      let parts = name.split(separator: ".").map(String.init)
      let member = "\"\(parts[parts.count - 1])\": \(number(name, value))"
      if parts.count == 2 {
        members.append(member)
      } else {
        couplings[parts[1], default: []].append(member)
      }
    }
    let waves = couplings.map { "\"\($0)\": {\($1.joined(separator: ", "))}" }
    members.append("\"couplings\": {\(waves.joined(separator: ", "))}")
    return "\"\(resonance.name)\": {\(members.joined(separator: ", "))}"
  }
}
