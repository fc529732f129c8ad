import AutoDiff
import BeamDynamics
import Testing

/// Lines made of lines, and what is called by name.
@Suite struct BeamlineAlgebraTests {
  private static let q = BeamlineElement("q", Quadrupole(length: 0.2, k1: 1))
  private static let d = BeamlineElement("d", Drift(length: 0.5))

  @Test func linesAreAddedRepeatedAndReversed() throws {
    let cell: Beamline = [Self.q, Self.d, Self.q]
    #expect(cell.elements.map(\.name) == ["q", "d"])
    #expect(cell.order == [0, 1, 0])
    #expect(cell.placeNames == ["q#1", "d", "q#2"])
    let b = Beamline([BeamlineElement("b", Bend(length: 1, angle: 0.1))])
    let line = 2 * cell + (b + cell).reversed()
    #expect(line.placeNames.map { $0.split(separator: "#")[0] }.joined() == "qdqqdqqdqb")
    let length: Double = 6 * 0.2 + 3 * 0.5 + 1
    #expect(abs(line.length - length) < 1e-14)
    // One set of parameters wherever an element is passed.
    var other = line
    other[try other.parameter(named: "q.k1")] = 3
    #expect(other.order.filter { (other.elements[$0].element as? Quadrupole)?.k1 == 3 }.count == 6)
    #expect((0 * cell).count == 0)
    var sum = cell
    sum += b
    #expect(sum.placeNames.last == "b")
  }

  @Test func elementsOfOneNameMustBeTheSame() throws {
    let line = Beamline([Self.q])
    #expect(try line.followed(by: Beamline([Self.q])).elements.count == 1)
    var others = [
      BeamlineElement("q", Quadrupole(length: 0.2, k1: 2)),
      BeamlineElement("q", Quadrupole(length: 0.2, k1: 1, model: .linear)),
      BeamlineElement("q", Drift(length: 0.2)), Self.q, Self.q, Self.q,
    ]
    others[3].placement.dx = 1e-3
    others[4].placement.aperture = PlacedAperture(.ellipse(x: 1, y: 1))
    others[5].slices = 2
    for other in others {
      #expect(throws: ConflictingElements(name: "q")) {
        try line.followed(by: Beamline([other]))
      }
    }
    #expect(ConflictingElements(name: "q").description.contains("rename"))
  }

  @Test func elementsWithoutNamesStayApart() {
    let a = Beamline([Quadrupole(length: 1), Drift(length: 2)])
    #expect(a.placeNames == ["quadrupole1", "drift2"])
    let sum = a + a
    #expect(sum.placeNames == ["quadrupole1", "drift2", "quadrupole3", "drift4"])
    #expect((2 * a).placeNames == ["quadrupole1#1", "drift2#1", "quadrupole1#2", "drift2#2"])
    // A name of one's own is kept, and none is given twice.
    let named = Beamline([BeamlineElement("drift2", Marker())]) + Beamline([Drift(length: 1)])
    #expect(named.placeNames == ["drift2", "drift4"])
  }

  @Test func placesAndElementsAreFoundByName() throws {
    let line: Beamline = [Self.q, Self.d, Self.q, BeamlineElement("end", Marker())]
    #expect(try line.place(named: "q#2") == 2)
    #expect(try line.place(named: "end") == 3)
    #expect(line.places(ofElement: "q") == [0, 2])
    #expect(line.places(ofElement: "none").isEmpty)
    #expect((line["d"]?.element as? Drift)?.length == 0.5)
    #expect(line["none"] == nil)
    func message(_ name: String) -> String {
      do {
        return "\(try line.place(named: name))"
      } catch {
        return "\(error)"
      }
    }
    #expect(message("q").contains("\"q#1\" to \"q#2\""))
    #expect(message("ends").contains("did you mean \"end\"?"))
    var changed = line
    changed["d"] = BeamlineElement("d", Drift(length: 2))
    changed["none"] = Self.d
    #expect(abs(changed.length - 2.4) < 1e-15 && changed.count == 4)
    #expect(line.description.split(separator: "\n").count == 4)
    #expect(line.description.hasPrefix("q#1  Quadrupole  s = 0.2 m\nd    Drift  s = 0.7 m\n"))
  }

  @Test func aRunReturnsWhatItSaw() throws {
    let line: Beamline = [
      Self.q, Self.d, Self.q,
      BeamlineElement(
        "hole", Marker(), placement: Placement(aperture: ApertureShape.ellipse(x: 1e-3, y: 1))),
    ]
    let coordinates = [[0.1e-3, 0, 0, 0, 0, 0], [5e-3, 0, 0, 0, 0, 0], [-0.1e-3, 0, 0, 0, 0, 0]]
    var bunch = try Bunch<Double>(
      coordinates: coordinates.flatMap(\.self),
      reference: ReferenceParticle(species: .electron, kineticEnergy: 50))
    var same = bunch
    let record = try Tracker(line).record(&bunch)
    #expect(record.beams.map(\.name) == ["start", "q#1", "d", "q#2", "hole"])
    #expect(record.losses.map(\.particle) == [1])
    #expect(record["hole"]?.moments.count == 2 && record["d"]?.moments.count == 3)
    #expect(record.start?.s == 0)
    #expect(abs((record.end?.s ?? 0) - 0.9) < 1e-15)
    #expect(record["nowhere"] == nil)
    let mean = try bunch.moments().mean[.x]
    #expect(record.end?.moments.mean[.x] == mean)
    #expect(record.end?.statistics["sigma_x"] != nil)
    // The same particles as without looking.
    try Tracker(line).track(&same)
    #expect(same.coordinates() == bunch.coordinates())
  }

  @Test func coordinatesHaveNames() {
    var z = PhaseSpace<Double>.zero
    for c in Coordinate.allCases { z[c] = Double(c.rawValue) }
    #expect(z == PhaseSpace(x: 0, px: 1, y: 2, py: 3, t: 4, pt: 5))
    #expect(z.description == "(x: 0.0, px: 1.0, y: 2.0, py: 3.0, t: 4.0, pt: 5.0)")
    #expect(Coordinate.allCases.map(\.description) == PhaseSpace<Double>.names)
    var moments = SecondMoments<Double>(.zero)
    moments.covariance[.y, .y] = 4
    #expect(moments.sigma(.y) == 2 && moments.covariance[2, 2] == 4)
    let twiss = Twiss<Double>(beta: 2, alpha: -0.5, emittance: 1e-8)
    #expect(
      ReferenceParticle<Double>(species: .electron, kineticEnergy: 50).description.hasPrefix(
        "electron, 50"))
    #expect(twiss.description == "beta = 2.0 m, alpha = -0.5, emittance = 1e-08 m")
  }
}
