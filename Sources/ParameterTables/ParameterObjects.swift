/// A list of objects in a subject, each with parameters of its own: what a parameter is that files give
/// as a list of objects.
public protocol ParameterObjects<Subject>: Sendable {
  associatedtype Subject
  /// The type of the objects.
  associatedtype Item: Sendable
  /// Where the list lies in the subject.
  var path: WritableKeyPath<Subject, [Item]> & Sendable { get }
  /// The parameters of each object.
  var table: ParameterTable<Item> { get }
  /// An object with its defaults.
  func make() -> Item
}

extension ParameterObjects {
  /// What readers and documentation need to know of the parameters of each object.
  var specifications: [ParameterDescription] { table.parameters.map(\.specification) }

  /// Whether two subjects have the same objects.
  func areEqual(_ a: Subject, _ b: Subject) -> Bool {
    let (first, second) = (a[keyPath: path], b[keyPath: path])
    return first.count == second.count
      && zip(first, second).allSatisfy { x, y in
        table.parameters.allSatisfy { $0.storage.isEqual(x, y) }
      }
  }
}

/// The list of objects of one parameter.
struct ObjectList<Subject, Item: Sendable>: ParameterObjects {
  let path: WritableKeyPath<Subject, [Item]> & Sendable
  let table: ParameterTable<Item>
  let create: @Sendable () -> Item

  func make() -> Item { create() }
}
