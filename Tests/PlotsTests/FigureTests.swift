import DataFiles
import Support
import Testing

@testable import Plots

@Suite struct FigureTests {
  private static func spectrum(_ scale: Axis.Scale = .linear) -> Figure {
    let bins = Histogram(bins: 40, from: 0.3, to: 1.8)
    let rho = bins.centers.map { 900 / (1 + 80 * ($0 - 0.77) * ($0 - 0.77)) }
    let fit = Histogram(edges: bins.edges, sums: rho.map { $0 + 50 })
    let sums = rho.enumerated().map { ($1 + 50 + 60 * (Double($0 % 7) - 3) / 3).rounded() }
    let data = Histogram(edges: bins.edges, sums: sums, squares: sums)
    return Figure(
      x: Axis("m(π^{+}π^{−}) [GeV]"), title: "A < B & \"C\"",
      [
        Panel(
          y: Axis("events / 37.5 MeV", scale: scale),
          [
            .steps(Histogram(edges: bins.edges, sums: rho), label: "ρ(770)", isFilled: true),
            .steps(fit, label: "fit"), .points(data, label: "data"),
            .vertical(1.0, label: "threshold"),
          ]),
        .pulls(of: data, against: fit),
      ])
  }

  /// Reads a figure, and checks that all that is drawn is inside of the drawing.
  @discardableResult
  private func checked(_ figure: Figure) throws -> SVGReader {
    let reader = try SVGReader(figure.svg)
    // Half of the last digit that is written.
    let (x, y) = (-0.005...(figure.width + 0.005), -0.005...(figure.height + 0.005))
    let outside = try reader.points().filter { !x.contains($0.x) || !y.contains($0.y) }
    #expect(outside.isEmpty)
    return reader
  }

  private func texts(_ reader: SVGReader) -> [String] {
    reader.elements.filter { $0.name == "text" }.map(\.text)
  }

  @Test(arguments: [Axis.Scale.linear, .logarithmic])
  func aSpectrumWithPullsIsWellFormedAndInside(scale: Axis.Scale) throws {
    let reader = try checked(Self.spectrum(scale))
    let texts = texts(reader)
    for text in ["A < B & \"C\"", "ρ(770)", "fit", "data", "threshold", "pull"] {
      #expect(texts.contains(text))
    }
    #expect(texts.contains { $0.hasPrefix("m(π") })
    #expect(!texts.contains("no data"))
    #expect(reader.elements.count { $0.name == "circle" } == 40 + 1)  // and one in the legend
  }

  @Test func theSameFigureGivesTheSameBytes() throws {
    let folder = try TemporaryFolder()
    try Self.spectrum().write(to: folder.file("a.svg"))
    try Self.spectrum().write(to: folder.file("b.svg"))
    let text = try folder.text("a.svg")
    #expect(try folder.text("b.svg") == text)
    #expect(text == Self.spectrum().svg)
  }

  @Test func aHeatMapHasAColourBarAndLeavesEmptyCellsWhite() throws {
    var dalitz = Histogram2D(bins: (10, 10), x: 0...3, y: 0...3)
    for i in 0..<10 { dalitz.fill(0.15 + 0.3 * Double(i), 1, weight: Double(i)) }
    let figure = Figure(
      x: Axis("m^{2}_{12}"), [Panel(y: Axis("m^{2}_{13}"), [.heatMap(dalitz, z: Axis("events"))])])
    let reader = try checked(figure)
    #expect(texts(reader).contains("events"))
    // Nine cells of different contents, and 64 steps of the bar.
    #expect(reader.elements.count { $0.attributes["shape-rendering"] != nil } == 9 + 64)
  }

  @Test func largeDataMakeFilesOfBoundedSize() throws {
    var generator = SeededGenerator(seed: 54)
    var dalitz = Histogram2D(bins: (700, 900), x: 0...1, y: 0...1)
    var x: [Double] = []
    var y: [Double] = []
    for _ in 0..<300_000 {
      x.append(Double.random(in: 0...1, using: &generator))
      y.append(Double.random(in: 0...1, using: &generator))
      dalitz.fill(x[x.count - 1], y[y.count - 1])
    }
    let fine = Histogram(
      edges: (0...200_000).map { Double($0) / 200_000 }, sums: Array(y.prefix(200_000)))
    let series: [Series] = [
      .heatMap(dalitz), .scatter(x: x, y: y), .points(x: x, y: y, yErrors: y),
      .curve(x: x.sorted(), y: y), .curve(x: x, y: y), .steps(fine, isFilled: true),
      .band(x: x.sorted(), lower: y.map { -$0 }, upper: y),
      .scatter(x: Array(x.prefix(5000)), y: Array(y.prefix(5000))),
    ]
    for series in series {
      let figure = Figure(x: Axis("x"), [Panel(y: Axis("y"), [series])])
      try checked(figure)
      #expect(figure.svg.utf8.count < 500_000, "\(type(of: series.mark))")
    }
  }

  @Test func mergedCellsKeepTheSum() {
    var fine = Histogram2D(bins: (300, 129), x: 0...1, y: 0...1)
    for i in 0..<1000 { fine.fill(Double(i) / 1000, Double(i * 7 % 1000) / 1000) }
    let mark = HeatMapMark(fine, z: Axis(""))
    #expect(mark.histogram.xEdges.count == 101 && mark.histogram.yEdges.count == 66)
    #expect(mark.histogram.total == 1000)  // whole numbers
    #expect(mark.histogram.xEdges.last == 1 && mark.histogram.yEdges.last == 1)
  }

  /// Series of all kinds over the same odd numbers.
  private static func series(_ values: [Double]) -> [Series] {
    let other = Array(values.reversed())
    let edges = (0...values.count).map(Double.init)
    let histogram = values.isEmpty ? nil : Histogram(edges: edges, sums: values)
    var series: [Series] = [
      .points(x: values, y: other, xErrors: other, yErrors: values, label: "points"),
      .curve(x: values, y: other, label: "curve"), .scatter(x: values, y: other, label: "cloud"),
      .band(x: values, lower: other, upper: values, label: "band"),
      .vertical(values.first ?? 0), .horizontal(values.last ?? 0, label: "guide"),
    ]
    if let histogram {
      series += [
        .steps(histogram, label: "steps", isFilled: true), .points(histogram),
        .pulls(edges: edges, values),
        .heatMap(Histogram2D(xEdges: edges, yEdges: [0, 1], sums: values)),
      ]
    }
    return series
  }

  static let oddNumbers: [[Double]] = [
    [], [0], [5, 5, 5], [.nan], [.nan, 1, .infinity], [-.infinity, .infinity], [1e300, -1e300],
    [1e308, -1e308, 0x1p-1064], [0x1p-1064, 0x1p-1063], [1, 1 + 1e-15], [-5, -3, -1],
    [1e-5, 1e15, 3],
    [.greatestFiniteMagnitude, 1], [-0.0, 0.0], [.leastNonzeroMagnitude, 1, .nan],
  ]

  @Test(arguments: oddNumbers)
  func oddNumbersMakeARightPlotAndNoCrash(values: [Double]) throws {
    for scale in [Axis.Scale.linear, .logarithmic] {
      for series in Self.series(values) {
        try checked(
          Figure(x: Axis("x", scale: scale), [Panel(y: Axis("y", scale: scale), [series])]))
      }
      let all = Panel(y: Axis("y", scale: scale), Self.series(values))
      try checked(Figure(x: Axis("x", scale: scale), width: 200, height: 200, [all, all, all]))
    }
  }

  @Test func whatIsNotDrawnIsSaid() throws {
    let empty = try checked(Figure(x: Axis("x"), [Panel(y: Axis("y"), [])]))
    #expect(texts(empty).contains("no data"))
    let values = [1, .nan, 2, .infinity, 3]
    let panel = Panel(y: Axis("y"), [.curve(x: [0, 1, 2, 3, 4], y: values)])
    let partial = try checked(Figure(x: Axis("x"), [panel]))
    #expect(texts(partial).contains("2 values are not finite and not drawn"))
    #expect(!texts(partial).contains("no data"))
  }

  @Test func aRangeThatIsGivenCutsOffWhatIsBeyond() throws {
    let x = (0...100).map(Double.init)
    let panel = Panel(
      y: Axis("y", range: 0.2...0.4),
      Self.series(x.map { $0 / 50 - 1 }) + [.curve(x: x, y: x.map { $0 / 100 })])
    try checked(Figure(x: Axis("x", range: 10...50), [panel]))
  }

  @Test func theLegendKeepsClearOfTheData() throws {
    // A curve through both upper corners: the axis grows until a corner is free.
    let x = (0...200).map { Double($0) / 200 }
    let y = x.map { 4 * ($0 - 0.5) * ($0 - 0.5) }
    let flat = x.map { _ in 0.0 }
    let panel = Panel(
      y: Axis("y"), [.curve(x: x, y: y, label: "a long name of a curve"), .curve(x: x, y: flat)])
    var drawing = PanelDrawing(panel)
    let mapping = PanelDrawing.horizontal(Axis("x"), [panel])
    let (frame, origin) = drawing.frame(Point(x: 0, y: 0), width: 300, height: 200, x: mapping)
    for (x, y) in zip(x, y) {
      let point = try #require(frame.point(x, y))
      #expect(!drawing.legend.covers(point, at: origin))
    }
  }

  @Test func coloursAreTakenInOrderWithoutThoseInUse() {
    let panel = Panel(
      y: Axis("y"),
      [
        .curve(x: [], y: []), .curve(x: [], y: [], color: .vermilion), .curve(x: [], y: []),
        .points(x: [], y: []), .vertical(1),
      ])
    #expect(PanelDrawing(panel).colors == [.blue, .vermilion, .green, .black, .gray])
  }

  @Test func theColourMapGrowsEvenlyInLightness() {
    // Lightness is the cube root of luminance, hence near to the square root of it.
    let lightness = (0..<ColorMap.levels).map { level in
      let color = ColorMap.color(level)
      let linear = [color.red, color.green, color.blue].map { part in
        part * part  // sRGB's curve to some percent of the range: even steps stay even
      }
      return (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]).squareRoot()
    }
    let steps = zip(lightness, lightness.dropFirst()).map { $1 - $0 }
    #expect(steps.allSatisfy { $0 > 0 })
    // Even within a factor of 2 of the mean: the fit's wiggles and the approximation above.
    let mean = steps.reduce(0, +) / Double(steps.count)
    #expect(steps.allSatisfy { $0 > 0.4 * mean && $0 < 2 * mean })
  }

  @Test func textIsRaisedAndLoweredWhereBracesSaySo() {
    let runs = RichText("m^{2}_{K π} a_b ^{x").runs
    #expect(runs.map(\.text) == ["m", "2", "K π", " a_b ^{x"])
    #expect(runs.map(\.level) == [.line, .raised, .lowered, .line])
    #expect(RichText("").runs.isEmpty && RichText("^{}").runs.isEmpty)
    #expect(Canvas.escaped("a<b>&\"\u{1}\n") == "a&lt;b&gt;&amp;&quot;\u{FFFD} ")
  }
}
