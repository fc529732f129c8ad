import AutoDiff
import Testing

@testable import PartialWaves

struct LineshapeCatalogTests {
  let catalog = LineshapeCatalog.standard

  @Test func namesAreUnique() {
    #expect(Set(catalog.names).count == catalog.names.count)
  }

  @Test func everyLineshapeHasASample() {
    #expect(catalog.names == LineshapeSample.types.map { $0.name })
  }

  @Test func everyParameterIsDocumented() {
    for kind in catalog.kinds {
      #expect(kind.summary.hasSuffix("."), "\(kind.name)")
      #expect(Set(kind.parameters.map(\.name)).count == kind.parameters.count, "\(kind.name)")
      for parameter in kind.parameters {
        #expect(!parameter.name.isEmpty, "\(kind.name)")
        #expect(parameter.summary.hasSuffix("."), "\(kind.name).\(parameter.name)")
      }
    }
  }

  /// A parameter that is not stored could be read, but not fitted.
  @Test func everyRealParameterCanBeFitted() {
    for type in LineshapeSample.types { expectOffsets(type) }
  }

  private func expectOffsets<L: Lineshape>(_ type: L.Type) {
    for parameter in L.parameters.parameters where parameter.obstacleToVarying == nil {
      #expect(parameter.offset != nil, "\(L.name).\(parameter.name)")
    }
  }

  @Test(arguments: LineshapeSample.all)
  func standardAndSampleValuesHaveNoMistake(_ sample: LineshapeSample) throws {
    let kind = try #require(catalog[sample.kind])
    #expect(kind.mistake(in: LineshapeValues(), of: sample.decay) == nil)
    #expect(kind.mistake(in: sample.values, of: sample.decay) == nil)
  }

  @Test func listsOfWrongLengthAreNamed() throws {
    let matrix = try #require(catalog["k-matrix"])
    #expect(
      matrix.mistake(
        in: LineshapeValues(lists: ["g1": [1, 2, 3]]), of: LineshapeSample.pions)
        == "\"g1\" has 3 entries; it takes 2")
    let spline = try #require(catalog["interpolated"])
    #expect(
      spline.mistake(
        in: LineshapeValues(lists: ["knots": [0.1, 1], "re": [1, 2], "im": [1]]),
        of: LineshapeSample.pions)
        == "\"im\" has 1 entries for 2 knots; it takes one for each")
    #expect(
      spline.mistake(
        in: LineshapeValues(lists: ["knots": [1, 1], "re": [1, 2], "im": [1, 1]]),
        of: LineshapeSample.pions)
        == "\"knots\" are to be ascending; 1.0 follows 1.0")
  }

  @Test(arguments: ["gounaris-sakurai", "lass", "f2-1270"])
  func aMassBelowTheThresholdIsNamed(_ name: String) throws {
    let kind = try #require(LineshapeCatalog.standard[name])
    let mistake = kind.mistake(
      in: LineshapeValues(reals: ["mass": 0.2]), of: LineshapeSample.pions)
    #expect(mistake?.hasPrefix("\"mass\" is 0.2 GeV; it is to be above the threshold of ") == true)
  }
}
