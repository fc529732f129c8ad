import BeamDynamics
import BeamSamples
import Documents
import Foundation
import Testing

/// An element as the files in Fixtures describe it: its kind, model and parameters.
struct DescribedElement: Decodable {
  let kind: String
  let model: String
  let parameters: [String: Value]

  enum Value: Decodable {
    case number(Double)
    case list([Double])
    case rows([[Double]])
    case word(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else if let word = try? container.decode(String.self) {
        self = .word(word)
      } else if let rows = try? container.decode([[Double]].self) {
        self = .rows(rows)
      } else {
        self = .list(try container.decode([Double].self))
      }
    }
  }

  /// The element, made from its kind's parameter table.
  func element() throws -> any Element {
    func make<E: Element>(_: E.Type) throws -> any Element {
      var element = E()
      element.choose(try #require(ElementModel(rawValue: model)))
      for (name, value) in parameters {
        switch (try #require(E.parameters[name]).storage, value) {
        case (.real(let path, _), .number(let number)): element[keyPath: path] = number
        case (.integer(let path, _, _), .number(let number)): element[keyPath: path] = Int(number)
        case (.chosen(let path, _, _), .number(let number)): element[keyPath: path] = Int(number)
        case (.vector(let path), .list(let list)): element[keyPath: path] = list
        case (.vector(let path), .rows(let rows)) where rows.isEmpty: element[keyPath: path] = []
        case (.word(let path, _), .word(let word)): element[keyPath: path] = word
        case (.rows(let path, _), .rows(let rows)): element[keyPath: path] = rows
        default: Issue.record("\(name) has the wrong type")
        }
      }
      #expect(element.mistakes.isEmpty)
      return element
    }
    return try make(BeamSamples.kind(kind))
  }
}

/// The file of that name in Fixtures.
func fixture<Contents: Decodable>(_ name: String, as: Contents.Type = Contents.self) throws
  -> Contents
{
  let url = try #require(
    Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Fixtures"))
  return try JSONDecoder().decode(Contents.self, from: Data(contentsOf: url))
}

extension Bunch {
  /// Particles with these coordinates.
  init(_ particles: [[Double]], reference: ReferenceParticle<Double>) {
    self.init(count: particles.count, reference: reference)
    for (i, particle) in particles.enumerated() {
      self[i] = PhaseSpace { particle[$0] }
    }
  }
}
