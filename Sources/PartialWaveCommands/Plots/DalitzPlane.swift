import Communication
import PartialWaves
import Plots

/// The plane of two squared masses, in which pure phase space of a decay to three particles has a
/// uniform density.
struct DalitzPlane {
  private let axes: [[Int]]
  private let labels: [String]

  /// For three particles, the masses of two pairs; for four, those of the φ with either of the
  /// others.
  init(of model: ChannelModel) {
    let names = model.finalState.map { WrittenName.particle($0) }
    switch model.formalism {
    case .covariantTensor:
      axes = [[0, 1, 2], [0, 1, 3]]
      labels = [2, 3].map { "m^{2}(φ\(names[$0])) [GeV^{2}]" }
    case .isobar:
      axes = [[0, 1], [1, 2]]
      labels = axes.map { "m^{2}(\(names[$0[0]])\(names[$0[1]])) [GeV^{2}]" }
    }
  }

  /// A map of the weights of `sample`; the cells are the same for data and fit.
  ///
  /// - Throws: `Interruption`; what communicating throws.
  func figure(
    _ sample: FittedChannel.Sample, of channel: FittedChannel, title: String
  ) throws -> Figure {
    // About four events in a cell, if they fill half of the square evenly.
    let perAxis = (Double(channel.data.events.share.total) / 2).squareRoot()
    let cells = min(60, max(10, Int(perAxis)))
    let edges = try axes.map { axis in
      let values = [channel.data.events, channel.fit.events].lazy.flatMap { events in
        (0..<events.count).lazy.map { events.squaredMass(of: axis, event: $0) }
      }
      let extremes = try EventShare.extremes(channel.workers.communicator, of: values)
      let (lower, upper) = extremes ?? (0, 1)
      return lower < upper
        // The upper edge is not part of a bin: it is moved up a little.
        ? Histogram(bins: cells, from: lower, to: upper + 1e-9 * (upper - lower))
        : Histogram(bins: 1, from: lower - 0.5, to: lower + 0.5)
    }
    var map = Histogram2D(x: edges[0], y: edges[1])
    let contents = try sample.sum(channel.workers) { [map, axes] events in
      var part = map
      for event in events {
        part.fill(
          sample.events.squaredMass(of: axes[0], event: event),
          sample.events.squaredMass(of: axes[1], event: event), weight: sample.weights[event])
      }
      return part.contents
    }
    if let contents { map.contents = contents }
    return Figure(
      x: Axis(labels[0]), title: title, width: 640, height: 540,
      [Panel(y: Axis(labels[1]), [.heatMap(map, z: Axis("events"))])])
  }
}
