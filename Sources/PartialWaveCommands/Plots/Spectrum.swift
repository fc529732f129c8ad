import Communication
import PartialWaves
import Plots

/// The distribution of data in a variable, with those of the fit and of each resonance alone, and
/// the pulls below.
struct Spectrum {
  private let variable: EventVariable
  private let channel: FittedChannel
  private let bins: Histogram

  /// If there are more resonances than colours, the next ones are dashed, then dotted.
  private static let lines: [Line] = [.solid, .dashed, .dotted]
  private static let colors: [Color] = [.blue, .green, .orange, .purple, .skyBlue, .gray]

  init(_ variable: EventVariable, of channel: FittedChannel) throws {
    self.variable = variable
    self.channel = channel
    bins = try Self.bins(variable, channel)
  }

  /// - Throws: `Interruption`; what communicating throws.
  func figure() throws -> Figure {
    let data = try histogram(channel.data)
    let fit = try histogram(channel.fit)
    let components = try channel.components.enumerated().map { place, component -> Series in
      let line = place / Self.colors.count
      return .steps(
        try histogram(component.sample), label: WrittenName.resonance(component.name),
        color: Self.colors[place % Self.colors.count],
        line: Self.lines[min(line, Self.lines.count - 1)])
    }
    let total = Series.steps(fit, label: "fit", color: .vermilion)
    return Figure(
      x: Axis(label, range: bins.edges[0]...bins.edges[bins.binCount]), width: 640, height: 560,
      [
        Panel(y: Axis(yLabel), components + [total, .points(data, label: "data")]),
        .pulls(of: data, against: Self.forPulls(fit, data)),
      ])
  }

  /// The fit with the variances for pulls. A bin without data has no observed variance: the
  /// expectation of the fit is added as its Poisson variance.
  private static func forPulls(_ fit: Histogram, _ data: Histogram) -> Histogram {
    let variances = fit.sums.indices.map { bin in
      fit.squares[bin] + (data.squares[bin] == 0 ? fit.sums[bin].magnitude : 0)
    }
    return Histogram(edges: fit.edges, sums: fit.sums, squares: variances)
  }

  private var label: String {
    variable.label + (variable.unit.isEmpty ? "" : " [\(variable.unit)]")
  }

  /// Events in a bin, with its width.
  private var yLabel: String {
    let width = bins.edges[1] - bins.edges[0]
    if variable.unit == "GeV" { return "events / \(Self.short(1000 * width)) MeV" }
    return "events / \(Self.short(width)) \(variable.unit)"
  }

  /// A width of 1, 2, 2.5, 4 or 5 times a power of ten, without the rounding of its last digit.
  private static func short(_ width: Double) -> String {
    let text = "\((width * 1e6).rounded() / 1e6)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private func histogram(_ sample: FittedChannel.Sample) throws -> Histogram {
    var histogram = bins
    let contents = try sample.sum(channel.workers) { [bins, variable] events in
      var part = bins
      for event in events {
        for value in variable.values(sample.events, event) {
          part.fill(value, weight: sample.weights[event])
        }
      }
      return part.contents
    }
    if let contents { histogram.contents = contents }
    return histogram
  }

  // MARK: Bins

  /// At most 60 bins of a round width over all values of data and fit; fewer bins for fewer events.
  private static func bins(
    _ variable: EventVariable, _ channel: FittedChannel
  ) throws -> Histogram {
    let wanted = wantedBins(events: channel.data.events.share.total)
    if let range = variable.range {
      let count = min(wanted, 40)
      return Histogram(
        bins: count - count % 10, from: range.lowerBound, to: range.upperBound)
    }
    let values = [channel.data.events, channel.fit.events].lazy.flatMap { events in
      (0..<events.count).lazy.flatMap { variable.values(events, $0) }.filter(\.isFinite)
    }
    let extremes = try EventShare.extremes(channel.workers.communicator, of: values)
    let (lower, upper) = extremes ?? (0, 0)
    guard lower < upper else { return Histogram(bins: 1, from: 0, to: 1) }
    let width = roundWidth(atLeast: (upper - lower) / Double(wanted))
    let (first, last) = ((lower / width).rounded(.down), (upper / width).rounded(.up))
    return Histogram(bins: Int(last - first), from: first * width, to: last * width)
  }

  /// The number of bins grows as N^0.4. That is a little faster than the optimum for a smooth
  /// density, N^(1/3), since resonances are narrower than the spectrum.
  private static func wantedBins(events: Int) -> Int {
    var root = 1.0
    while root * root * root * root * root < Double(events * events) { root += 1 }
    return min(58, max(10, Int(2 * root)))
  }

  private static func roundWidth(atLeast width: Double) -> Double {
    var power = 1e-6
    while power * 10 <= width { power *= 10 }
    return [1, 2, 2.5, 4, 5, 10].map { $0 * power }.first { $0 >= width } ?? width
  }
}
