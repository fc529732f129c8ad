import AutoDiff
import ParameterTables

/// The order of an element's splitting method, and its number of steps per slice. A nil value is
/// chosen automatically.
public struct Splitting: Sendable, Hashable {
  /// 2, 4 or 6; nil if not given.
  public var order: Int?
  /// The number of steps in each slice; nil if not given.
  public var steps: Int?

  /// A splitting of this order and number of steps.
  public init(order: Int? = nil, steps: Int? = nil) {
    self.order = order
    self.steps = steps
  }

  /// True if both numbers are given.
  public var isNamed: Bool { order != nil && steps != nil }
}

/// A kind of element whose map is composed of steps by a splitting method.
///
/// Values that are not given are chosen from the element's own map when a run is set up, by
/// `Beamline.choosingSteps(from:slices:alsoFor:)`. Outside a beamline, an element without given
/// values takes order 2 and the small default number of steps of its kind.
public protocol SplitElement: Element {
  /// The available orders, in ascending order.
  static var splittingOrders: [Int] { get }
  /// Whether steps are chosen so that the matrix on the axis is right to 1e-11, as that of a magnet's gradient
  /// should be, and not to the 1e-6 of coordinates. True by default where there are orders above 2.
  static var hasAccurateMatrix: Bool { get }
  /// The order and the number of steps.
  var splitting: Splitting { get set }
  /// True if the element's present model is composed of steps.
  var isSplit: Bool { get }
}

extension SplitElement {
  public static var splittingOrders: [Int] { [2, 4, 6] }
  public static var hasAccurateMatrix: Bool { splittingOrders.count > 1 }
  public var isSplit: Bool { model == .exact }
}
