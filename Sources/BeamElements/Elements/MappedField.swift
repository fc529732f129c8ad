import ParameterTables
import SystemLibrary

/// One of the fields of a ``FieldMap``, given by its values on the axis.
public struct MappedField: Sendable, Equatable {
  /// The kinds of fields.
  public enum Kind: String, ParameterWord {
    /// An accelerating field E_z(z)·cos(kt + φ) of axial symmetry, such as a TM₀₁ mode; static at
    /// frequency 0.
    case rf
    /// A static magnetic field B_z(z) of axial symmetry.
    case solenoid
  }

  /// What kind of field it is.
  public var kind: Kind
  /// Frequency [Hz] of an rf field.
  public var frequency: Double
  /// Phase [rad] of an rf field at the reference particle's time 0.
  public var phase: Double
  /// The field where the profile is 1: qE/(mc²) of an rf field and qB/(mc) of a solenoid [1/m].
  public var scale: Double
  /// The field where the profile is 1, in [V/m] or in [T]. Divided by mc²/q or by mc/q, it is added to
  /// `scale`.
  public var field: Double
  /// c₀, c₁, … of the profile e(z) = c₀/2 + Σ[c_j·cos(2πjz/Λ) + s_j·sin(2πjz/Λ)], with z from the middle.
  public var cosine: [Double]
  /// s₀, s₁, … of the profile; s₀ is ignored.
  public var sine: [Double]
  /// The profile as a table in place of the coefficients: rows of z [m] from the middle and e(z), equally
  /// spaced over the length of the map, with the same value at both ends.
  public var table: [[Double]]

  /// The phase [rad] and the gain of γ of greatest gain, as a table or another program gives them: they are
  /// read and not used.
  private var notedPhase, notedGain: Double?

  /// A field of this kind with a profile by its Fourier coefficients.
  public init(
    _ kind: Kind, scale: Double = 0, field: Double = 0, frequency: Double = 0, phase: Double = 0,
    cosine: [Double] = [], sine: [Double] = [], table: [[Double]] = []
  ) {
    self.kind = kind
    self.scale = scale
    self.field = field
    self.frequency = frequency
    self.phase = phase
    self.cosine = cosine
    self.sine = sine
    self.table = table
  }

  /// Its parameters in run files.
  public static let parameters = ParameterTable<Self>(
    [
      .word(
        "kind", \.kind.word, among: Kind.words, required: true,
        "An accelerating field, or that of a solenoid."),
      .real("frequency", \.frequency, unit: "Hz", in: .nonNegative, "Frequency of an rf field."),
      .real(
        "phase", \.phase, unit: "rad", "Phase of an rf field at the reference particle's time 0."),
      .real(
        "scale", \.scale, unit: "1/m",
        "Peak field over rest energy or over mass times c, times charge."),
      .real("field", \.field, unit: "V/m or T", "Peak field, instead of scale."),
      .vector(
        "cosine", \.cosine, fixed: true,
        "Fourier coefficients of cos(2 pi j z/length); the first counts half."),
      .vector(
        "sine", \.sine, fixed: true, "Fourier coefficients of sin(2 pi j z/length), from j = 0."),
      .optional(
        "phase_of_maximum_gain", \.notedPhase, unit: "rad", fixed: true,
        "A note, not used: autophase finds this phase itself."),
      .optional(
        "maximum_gain", \.notedGain, fixed: true,
        "A note, not used: the gain of gamma at that phase."),
      .rows(
        "table", \.table, width: 2,
        "Rows of z from the middle and the profile, equally spaced over the length."),
    ],
    alternatives: [
      .exactlyOne(of: "scale", "field"), .atMostOne(of: "table", "cosine"),
      .atMostOne(of: "table", "sine"),
    ])

  /// What is wrong with it in a map of `length` [m], as endings of a sentence about it.
  func mistakes(length: Double) -> [String] {
    var found: [String] = []
    guard !table.isEmpty else { return [] }
    guard table.count >= 5, let first = table.first, let last = table.last else {
      return ["a table has at least five rows"]
    }
    let step = length / Double(table.count - 1)
    for (row, entry) in table.enumerated() {
      let expected = -0.5 * length + step * Double(row)
      if (entry[0] - expected).magnitude > 1e-6 * length {
        found.append(
          "row \(row) of the table has z = \(entry[0]), not \(expected): rows are equally spaced from "
            + "-length/2 to length/2")
        break
      }
    }
    let largest = table.reduce(0) { max($0, $1[1].magnitude) }
    if (first[1] - last[1]).magnitude > 1e-9 * largest {
      found.append("the table must begin and end with the same value, best with zero")
    }
    return found
  }

  /// Whether it has notes of another program, which do nothing.
  var hasNotes: Bool { notedPhase != nil || notedGain != nil }

  /// The Fourier coefficients of the profile: its own, or those of the table, without the last ones that
  /// are all below 1e-10 of the largest one.
  var coefficients: (cosine: [Double], sine: [Double]) {
    guard table.count > 4 else { return (cosine, sine) }
    let count = table.count - 1
    let harmonics = (count - 1) / 2
    var (cosines, sines) = (
      [Double](repeating: 0, count: harmonics + 1), [Double](repeating: 0, count: harmonics + 1)
    )
    for j in 0...harmonics {
      for (i, row) in table.dropLast().enumerated() {
        // 2πjz/Λ with z = (i/count − ½)Λ, by whole turns less.
        let turns = Double(j * i % count) / Double(count)
        let sign = j % 2 == 0 ? 2 / Double(count) : -2 / Double(count)
        cosines[j] += sign * row[1] * cos(2 * .pi * turns)
        sines[j] += sign * row[1] * sin(2 * .pi * turns)
      }
    }
    let largest = (cosines + sines).reduce(0) { max($0, $1.magnitude) }
    let last =
      (0...harmonics).last {
        max(cosines[$0].magnitude, sines[$0].magnitude) > 1e-10 * largest
      } ?? 0
    return (Array(cosines[...last]), Array(sines[...last]))
  }
}
