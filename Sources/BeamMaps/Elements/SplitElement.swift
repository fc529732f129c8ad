import AutoDiff
import ParameterTables

/// In what order and in how many steps per slice an element's passage is split; nil is not named.
public struct Splitting: Sendable, Hashable {
  /// 2, 4 or 6.
  public var order: Int?
  /// In each slice.
  public var steps: Int?

  public init(order: Int? = nil, steps: Int? = nil) {
    self.order = order
    self.steps = steps
  }

  /// True if nothing is left to choose.
  public var isNamed: Bool { order != nil && steps != nil }
}

/// A kind of element whose passage is composed of steps.
///
/// What is not named is chosen from the element's own map where a run is set up, by
/// ``Beamline/choosingSteps(from:slices:alsoFor:)``. The map of an element that stands in no beamline, with
/// nothing named, takes order 2 and the few steps that its kind says.
public protocol SplitElement: Element {
  /// The orders that there are, in ascending order.
  static var splittingOrders: [Int] { get }
  var splitting: Splitting { get set }
  /// True if the model at hand takes steps.
  var isSplit: Bool { get }
}

extension SplitElement {
  public static var splittingOrders: [Int] { [2, 4, 6] }
  public var isSplit: Bool { model == .exact }
}
