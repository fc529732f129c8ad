import ArgumentParser
import Documents
import PartialWaves
import Terminal

/// The likelihood of a model at the values of its file.
struct Evaluate: SharedCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the negative log-likelihood, its gradient, and a Hessian-vector product.",
    discussion: """
      Prints one JSON object: {"nll": …, "gradient": {"f0_980.mass": …}, "hvp": {…}} for all free parameters.
      """)

  @OptionGroup var options: ModelOptions

  @OptionGroup var threads: ThreadOptions

  @Option(help: "A JSON file {\"name\": number, …}: the vector that the Hessian is multiplied by.")
  var vector: String?

  func run() throws {
    Interrupts.begin()
    // A condensed integral serves searches only.
    let model = try options.load(threads.workers) { $0.fit.integral = .events }
    let set = model.file.parameters
    let direction = try vector.map { try model.file.direction(fromFile: $0) }
    let likelihood = model.likelihood
    func named(_ values: [Double]) -> JSONText {
      .object(zip(set.freeNames, values).map { ($0, .number($1)) })
    }
    guard let direction else {
      let result = try likelihood.valueAndGradient(at: set.start)
      let text: JSONText = ["nll": .number(result.value), "gradient": named(result.gradient)]
      StandardOutput.print(text.pretty, terminator: "")
      return
    }
    let result = try likelihood.valueGradientAndProduct(at: set.start, direction: direction)
    let text: JSONText = [
      "nll": .number(result.value), "gradient": named(result.gradient),
      "hvp": named(result.product),
    ]
    StandardOutput.print(text.pretty, terminator: "")
  }
}
