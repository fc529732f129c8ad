import Foundation
import PartialWaves

/// Waves of two channels by an independent implementation, checked in 80-bit arithmetic.
struct WaveReference: Decodable {
  struct Channel: Decodable, CustomStringConvertible {
    let name: String
    /// Shape (event, component), px, py, pz, E [GeV].
    let positiveKaon, negativeKaon, positiveHadron, negativeHadron: [[Double]]
    /// Shape (wave, event, component); spin 0, then spin 2, in the order of the catalog.
    let waves: [[[Double]]]
    let squaredPhiMasses, squaredFMasses: [Double]

    var description: String { name }
    var events: [FourTracks<Double>] {
      positiveKaon.indices.map {
        FourTracks(
          positiveKaon: FourVector(positiveKaon[$0]), negativeKaon: FourVector(negativeKaon[$0]),
          positiveHadron: FourVector(positiveHadron[$0]),
          negativeHadron: FourVector(negativeHadron[$0]))
      }
    }
  }

  let parentMass: Double
  let radius: Double
  let channels: [Channel]

  static func read() throws -> Self {
    guard
      let url = Bundle.module.url(
        forResource: "waves-reference", withExtension: "json", subdirectory: "Fixtures")
    else { throw CocoaError(.fileNoSuchFile) }
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: url))
  }
}

extension FourVector<Double> {
  init(_ components: [Double]) {
    self.init(
      px: components[0], py: components[1], pz: components[2], energy: components[3])
  }
  var components: [Double] { [px, py, pz, energy] }
}
