import BeamDynamics
import DataFiles
import Foundation
import Support
import Testing

@testable import LatticeFiles

/// Beams of files as programs write them.
@Suite struct BeamFileTests {
  private static let reference = ReferenceParticle<Double>(species: .electron, kineticEnergy: 50)
  private static let rows: [[Double]] = [
    [1e-3, 2e-3, 3e-3, 4e-3, 5e-3, 6e-3], [-1e-3, 0.5, 0, 2.5, 1e-7, -0.25],
  ]

  private func expectRows(_ file: BeamFile) {
    for (i, row) in Self.rows.enumerated() {
      for (j, value) in row.enumerated() { #expect(file.coordinates[j][i] == value) }
    }
  }

  /// The error of a file that is refused.
  private func refusal(_ path: String, charge: Double? = nil) -> String {
    do {
      _ = try BeamFile.read(path, charge: charge)
      return ""
    } catch {
      return "\(error)"
    }
  }

  /// numpy.savetxt with its defaults and with commas, spreadsheets of two countries, Fortran.
  @Test(arguments: [
    (",", "# x,px,y,py,t,pt", "e", "."), (" ", "# x px y py t pt", "e", "."),
    (";", "x;px;y;py;t;pt", "E", ","), ("\t", "x\tpx\ty\tpy\tt\tpt", "E", ","),
    ("  ", "  x   px  y  py  t  pt", "D", "."), (",", "\u{FEFF}x,px,y,py,t,pt", "d", "."),
  ])
  func tablesOfOtherProgramsAreTheSameBeam(
    _ separator: String, header: String, exponent: String, mark: String
  ) throws {
    let folder = try TemporaryFolder()
    for lineEnd in ["\n", "\r\n"] {
      let lines = Self.rows.map { row in
        row.map { String(format: "%.17e", $0) }.joined(separator: separator)
          .replacingOccurrences(of: "e", with: exponent)
          .replacingOccurrences(of: ".", with: mark)
      }
      let text = ([header] + lines).joined(separator: lineEnd) + lineEnd
      expectRows(try BeamFile.read(try folder.write(text, to: "beam.CSV"), charge: nil))
    }
  }

  @Test(arguments: ["beam.npy", "beam.NPY", "beam.Npy"])
  func arraysAreReadWhateverTheCaseOfTheEnding(_ name: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.file(name)
    try NPYFile(shape: [2, 6], values: Self.rows.flatMap { $0 }).write(to: path)
    expectRows(try BeamFile.read(path, charge: nil))
    try NPYFile(shape: [6, 2], values: Self.rows.flatMap { $0 }).write(to: path)
    #expect(refusal(path).contains("found [6, 2]; transpose it"), "\(refusal(path))")
  }

  @Test(arguments: ["beam.npz", "beam.NPZ"])
  func archivesHoldOneArrayOrOneForEachColumn(_ name: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.file(name)
    try NPZFile.write(
      ["arr_0": NPYFile(shape: [2, 6], values: Self.rows.flatMap { $0 })], to: path)
    expectRows(try BeamFile.read(path, charge: nil))
    func column(_ j: Int) -> NPYFile { NPYFile(shape: [2], values: Self.rows.map { $0[j] }) }
    try NPZFile.write(
      [
        "pt": column(5), "x": column(0), "px": column(1), "y": column(2), "py": column(3),
        "t": column(4), "weight": NPYFile(shape: [2], values: [1, 3]), "colour": column(0),
      ], to: path)
    let file = try BeamFile.read(path, charge: nil)
    expectRows(file)
    #expect(file.weights == [1, 3] && file.ignoredColumns == ["colour"])
    try NPZFile.write(["x": column(0), "a": column(1)], to: path)
    let missing = refusal(path)
    #expect(missing.contains("no px, y, py, t, pt among \"x\", \"a\""), "\(missing)")
    try NPZFile.write(
      ["x": column(0), "px": NPYFile(shape: [3], values: [1, 2, 3])], to: path)
    #expect(refusal(path).contains("found an array of shape [3]"), "\(refusal(path))")
  }

  /// Weights that cannot be scaled to a charge are refused; where nothing is to be scaled, or
  /// somebody has a weight, they are right.
  @Test func aChargeNeedsAWeight() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "x,px,y,py,t,pt,weight,alive\n0,0,0,0,0,0,0,1\n0,0,0,0,0,0,0,1\n0,0,0,0,0,0,2,0\n",
      to: "beam.csv")
    let message = refusal(path, charge: 1e-9)
    #expect(message.contains("weights of all living particles are 0"), "\(message)")
    #expect(message.contains("leave out the column \"weight\""))
    for charge in [nil, 0.0] { #expect(refusal(path, charge: charge) == "") }
    let some = try folder.write(
      "x,px,y,py,t,pt,weight\n0,0,0,0,0,0,0\n0,0,0,0,0,0,2\n", to: "some.csv")
    let bunch = try Bunch<Double>(contentsOf: some, charge: 1e-9, reference: Self.reference)
    #expect(bunch.weight(of: 0) == 0)
    // One division and one multiplication.
    let particles = 1e-9 / PhysicalConstants.elementaryCharge
    #expect(abs(bunch.weight(of: 1) / particles - 1) < 1e-15)
  }

  /// Lines are counted from the file's first, comments with them.
  @Test func mistakesAreFoundInTheirLine() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "# by hand\nx,px,y,py,t,pt,weight\n0,0,0,0,0,0,1\n0,0,0,0,0,0,-1\n", to: "beam.csv")
    #expect(refusal(path).contains("beam.csv:4: particle 1 has the weight -1"), "\(refusal(path))")
  }
}
