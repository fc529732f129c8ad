// Draws a beam's sizes and emittances along a beamline: beam-sizes out/moments.csv picture.svg
import DataFiles
import Plots

guard CommandLine.arguments.count == 3 else { fatalError("beam-sizes moments.csv picture.svg") }
let table = try CSVFile.read(CommandLine.arguments[1], columns: { $0 != "element" })
func column(_ name: String, times factor: Double = 1) -> [Double] {
  (table.values(of: name) ?? []).map { factor * $0 }
}
func curve(_ name: String, times factor: Double, label: String) -> Series {
  .curve(x: column("s"), y: column(name, times: factor), label: label)
}
let sizes = Panel(
  y: Axis("rms size [mm]"), legend: .topLeft,
  [curve("sigma_x", times: 1e3, label: "x"), curve("sigma_y", times: 1e3, label: "y")])
let emittances = Panel(
  y: Axis("emittance [µm]"), height: 0.7, legend: .topLeft,
  ["x", "y"].map { curve("normalized_emittance_\($0)", times: 1e6, label: $0) })
try Figure(x: Axis("s [m]"), width: 760, height: 420, [sizes, emittances])
  .write(to: CommandLine.arguments[2])
