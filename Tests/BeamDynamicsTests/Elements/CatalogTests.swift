import AutoDiff
import BeamDynamics
import BeamSamples
import Documents
import Testing

/// What every kind of element says about itself.
@Suite struct CatalogTests {
  @Test func noTwoKindsShareAName() throws {
    #expect(Set(catalogKinds).count == catalogKinds.count)
    for name in catalogKinds { #expect(try kind(name).kind == name) }
    #expect(ElementCatalog.beamElements["Wiggler"] == nil)
  }

  @Test(arguments: catalogKinds)
  func everyKindHasAModelAndASummary(_ name: String) throws {
    let kind = try kind(name)
    #expect(!kind.models.isEmpty)
    #expect(Set(kind.models).count == kind.models.count)
    #expect(isSentence(kind.summary), "\(kind.summary)")
    #expect(kind.models.contains(kind.init().model))
  }

  /// Slices and placement too: all stand in the same JSON object.
  @Test(arguments: catalogKinds)
  func everyParameterHasANameOfItsOwnAndASummary(_ name: String) throws {
    func check<E: Element>(_: E.Type) {
      let names =
        E.parameters.names + BeamlineElement.parameters.names
        + (E.isPlaceable ? Placement.parameters.names : []) + ["kind", "model", "aperture"]
      #expect(Set(names).count == names.count, "\(names)")
      for parameter in E.parameters.parameters {
        #expect(isSentence(parameter.summary), "\(parameter.name): \(parameter.summary)")
        #expect(
          parameter.name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
      }
      for alternatives in E.parameters.alternatives {
        #expect(alternatives.names.allSatisfy { E.parameters[$0] != nil })
      }
      if let variants = E.parameters.variants {
        #expect(variants.needs.flatMap(\.names).allSatisfy { E.parameters[$0] != nil })
        guard case .word(_, let words)? = E.parameters[variants.choice]?.storage else {
          Issue.record("\(variants.choice) is no choice")
          return
        }
        #expect(variants.needs.map(\.word) == words)
      }
    }
    check(try kind(name))
    for parameter in BeamlineElement.parameters.parameters {
      #expect(isSentence(parameter.summary))
    }
    for parameter in Placement.parameters.parameters { #expect(isSentence(parameter.summary)) }
  }

  @Test(arguments: catalogKinds)
  func defaultsAreWithinTheirRanges(_ name: String) throws {
    func check<E: Element>(_: E.Type) {
      let element = E()
      #expect(element.mistakes.isEmpty)
      for parameter in E.parameters.parameters {
        switch parameter.storage {
        case .real(let path, let range):
          #expect(range.contains(element[keyPath: path]), "\(parameter.name)")
        case .optional(let path, let range, _):
          #expect(element[keyPath: path].map(range.contains) ?? true, "\(parameter.name)")
        case .vector(let path):
          #expect(element[keyPath: path].allSatisfy { $0.isFinite }, "\(parameter.name)")
        case .integer(let path, let range, let choices):
          let value = element[keyPath: path]
          #expect(choices.isEmpty ? range.contains(value) : choices.contains(value))
        case .chosen(let path, _, _):
          #expect(element[keyPath: path] == nil, "\(parameter.name)")
        case .word(let path, let names):
          #expect(names.contains(element[keyPath: path]), "\(parameter.name)")
        case .rows(let path, let width):
          #expect(element[keyPath: path].allSatisfy { $0.count == width }, "\(parameter.name)")
        case .flag, .objects: break
        }
      }
    }
    check(try kind(name))
  }

  /// What stands in the place of a parameter is read back, and nothing else changes.
  @Test(arguments: catalogKinds)
  func aReplacedParameterIsReadBack(_ name: String) throws {
    func check<E: Element>(_: E.Type) {
      for element in ElementSamples<E>().all {
        let variables = ElementVariable<E>.all(of: element)
        for variable in variables {
          let q = variable.replaced(in: element, by: Dual<1, Double>(7.5, variable: 0))
          for other in variables {
            let isReplaced = other.name == variable.name
            #expect(other.read(q).value == (isReplaced ? 7.5 : other.value))
            #expect(other.read(q).tangent[0] == (isReplaced ? 1 : 0))
          }
        }
      }
    }
    check(try kind(name))
  }

  /// The samples of the other tests try all values of all parameters.
  @Test(arguments: catalogKinds)
  func samplesVaryEveryParameterInEveryModel(_ name: String) throws {
    func check<E: Element>(_: E.Type) {
      let samples = ElementSamples<E>().all
      #expect(samples.allSatisfy { $0.mistakes.isEmpty })
      for model in E.models {
        let elements = samples.filter { $0.model == model }
        #expect(!elements.isEmpty)
        for parameter in E.parameters.parameters {
          let values = Set(
            elements.map { element in
              switch parameter.storage {
              case .real(let path, _): "\(element[keyPath: path])"
              case .optional(let path, _, _): "\(String(describing: element[keyPath: path]))"
              case .vector(let path): "\(element[keyPath: path])"
              case .integer(let path, _, _): "\(element[keyPath: path])"
              case .chosen(let path, _, _): "\(String(describing: element[keyPath: path]))"
              case .word(let path, _): element[keyPath: path]
              case .rows(let path, _): "\(element[keyPath: path])"
              case .flag(let path): "\(element[keyPath: path])"
              case .objects(let objects): Self.text(of: objects, element)
              }
            })
          #expect(values.count > 1, "\(parameter.name) in \(model)")
        }
      }
    }
    check(try kind(name))
  }

  private static func text<List: ParameterObjects>(of objects: List, _ subject: List.Subject)
    -> String
  { "\(subject[keyPath: objects.path])" }

  @Test func aMissingModelStandsForTheNextMoreAccurateOne() {
    #expect(ElementModel.resolve(.linear, among: [.linear, .exact]) == .linear)
    #expect(ElementModel.resolve(.chromatic, among: [.linear, .exact]) == .exact)
    #expect(ElementModel.resolve(.linear, among: [.exact]) == .exact)
    #expect(ElementModel.resolve(.exact, among: [.chromatic, .linear]) == .chromatic)
    for model in ElementModel.allCases {
      #expect(ElementModel.resolve(model, among: [.thin]) == .thin)
    }
    // No default makes an edge nonlinear that may be linear.
    for model in [ElementModel.linear, .chromatic, .exact] {
      #expect(ElementModel.resolve(model, among: [.linear, .nonlinear]) == .linear)
      #expect(ElementModel.resolve(model, among: [.nonlinear]) == .nonlinear)
    }
  }

  private func isSentence(_ text: String) -> Bool {
    text.first?.isUppercase == true && text.last == "."
  }
}

extension ElementVariable {
  /// The number in the parameter's place.
  func read<S: RealScalar>(_ q: Lifted<E, S>) -> S {
    switch path {
    case .real(let path): q[dynamicMember: path]
    case .optional(let path): q[dynamicMember: path] ?? .zero
    case .entry(let path, let i): q[dynamicMember: path][i]
    }
  }
}
