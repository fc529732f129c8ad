import ArgumentParser
import DataFiles
import PartialWaves
import Terminal

/// The command-line tool for partial-wave analysis.
///
/// A program of one's own may be the same tool with more lineshapes:
///
///     let known = LineshapeCatalog.standard + LineshapeCatalog([LineshapeKind(MyLineshape.self)])
///     LineshapeCatalog.$current.withValue(known) { PWAFit.main() }
public struct PWAFit: CommandLineTool {
  /// The tool's name, its subcommands and its help.
  public static let configuration = CommandConfiguration(
    commandName: "pwafit",
    abstract: "Fits partial waves to decays.",
    discussion: """
      A model file describes decay channels with their resonances, the events, and how to fit:

        pwafit fit model.json              fit from one or many starts; results go to out/ beside the file
        pwafit evaluate model.json         the likelihood and its derivatives at the file's values
        pwafit check model.json            find every mistake in the file, run nothing
        pwafit lineshapes [NAME]           the lineshapes, or the parameters of one
        pwafit generate model.json         events of phase space or of the model
        pwafit fractions model.json        fractions, yields, efficiency, branching fractions of a fit
        pwafit plot model.json             its spectra and Dalitz plots
        pwafit scan model.json             likelihoods along parameters, asymmetric errors
        pwafit toys, significance, scan-sum, search, goodness
                                           more studies after a fit

      Exit status: 0 done; 1 the run failed; 2 the input is wrong; 130 interrupted.
      """,
    version: "pwafit \(PackageVersion.current)",
    subcommands: [
      Fit.self, Evaluate.self, Check.self, Lineshapes.self, Generate.self, Fractions.self,
      Plot.self,
      Scan.self, Toys.self, Significance.self, ScanSum.self, Search.self, Goodness.self,
    ])

  public init() {}

  public static func isCausedByInput(_ error: any Error) -> Bool {
    error is DataFileError || error is PhaseSpaceError
  }
}
