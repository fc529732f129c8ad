#!/usr/bin/env python3
"""Extracts element-maps.json, htu-beamline.json and envelopes.json for the tests from tables of ImpactX 26.06,
and apertures.json from points that were judged by xtrack 0.118.4.

    python3 extract.py ELEMENT_MAPS HTU_BEAMLINE ENVELOPES APERTURES

Keeps the elements that beamtrack has, under its own kinds and parameters, and of each case what the tests
compare: the particles before and after, the reference particle after, the linear matrix. All numbers keep
the digits that they have in the tables.
"""
import json
import math
import pathlib
import sys

DEGREE = math.pi / 180
REFERENCE = ["s", "x", "y", "z", "t", "px", "py", "pz"]
QUADRUPOLES = {"Quad": "linear", "ChrQuad": "chromatic", "ExactQuad": "exact"}
DRIFTS = {"Drift": "linear", "ChrDrift": "chromatic", "ExactDrift": "exact"}


def translated(name, p):
    """The element in beamtrack's terms: kind, model and parameters; None if it is not comparable."""
    own = {"length": p["ds"]} if "ds" in p else {}
    if name in DRIFTS:
        return "Drift", DRIFTS[name], own
    if name in QUADRUPOLES:
        own["gradient" if p.get("unit", 0) == 1 else "k1"] = p["k"]
        if name == "ExactQuad":
            own.update(order=p["int_order"], steps=p["mapsteps"])
        return "Quadrupole", QUADRUPOLES[name], own
    if name in ("Sbend", "CFbend"):
        own["angle"] = p["ds"] / p["rc"]
        if "k" in p:
            own["k1"] = p["k"]
        return "Bend", "linear", own
    if name == "ExactSbend":
        # With a field, its angle, length and field contradict each other.
        return None if p.get("B", 0) != 0 else ("Bend", "exact", dict(own, angle=p["phi_degree"] * DEGREE))
    if name == "ExactCFbend":
        normal, skew = p["k_normal"], p["k_skew"]
        own.update(angle=normal[0] * p["ds"], normal=[0.0] + normal[1:], skew=[0.0] + skew[1:])
        return "Bend", "exact", dict(own, order=p["int_order"], steps=p["mapsteps"])
    if name == "ExactMultipole":
        own.update(normal=p["k_normal"], skew=p["k_skew"], order=p["int_order"], steps=p["mapsteps"])
        return "Multipole", "exact", own
    if name == "Multipole":
        zeros = [0.0] * (p["multipole"] - 1)
        return "ThinMultipole", "thin", {"normal": zeros + [p["K_normal"]], "skew": zeros + [p["K_skew"]]}
    if name == "ThinDipole":
        return "ThinDipole", "thin", {"angle": p["theta_degree"] * DEGREE, "radius": p["rc"]}
    if name == "Kicker":
        stem = "integrated_field" if p.get("unit") == "T-m" else "kick"
        return "Kicker", "thin", {f"{stem}_x": p["xkick"], f"{stem}_y": p["ykick"]}
    if name == "ConstF":
        return "ConstantFocusing", "linear", dict(own, kx=p["kx"], ky=p["ky"], kt=p["kt"])
    if name == "Buncher":
        return "Buncher", "thin", {"normalized_voltage": p["V"], "wavenumber": p["k"]}
    if name == "ShortRF":
        phase = p["phase_degree"] * DEGREE
        return "ShortRFCavity", "thin", {"normalized_voltage": p["V"], "frequency": p["freq"], "phase": phase}
    if name == "RFCavity":
        own.update(scale=p["escale"], frequency=p["freq"], phase=p["phase_degree"] * DEGREE, steps=p["mapsteps"])
        sine = [] if p["sin_coef"] == "zeros" else p["sin_coef"]
        return "RFCavity", "linear", dict(own, cosine=p["cos_coef"], sine=sine)
    if name == "DipEdge":
        own = {"angle": p["psi"], "radius": p["rc"], "gap": p["g"], "location": p["location"]}
        if p["model"] == "linear":
            return "DipoleEdge", "linear", dict(own, fint=p["K2"])
        return "DipoleEdge", "nonlinear", dict(own, scale=p["R"], **{f"K{i}": p[f"K{i}"] for i in range(7)})
    if name == "QuadEdge":
        return "QuadrupoleEdge", "nonlinear", {"k1": p["k"], "location": p["flag"]}
    if name == "Sol":
        return "Solenoid", "linear", dict(own, ks=p["ks"])
    if name == "ChrPlasmaLens":
        return "PlasmaLens", "chromatic", dict(own, k=p["k"])
    if name == "TaperedPL":
        return "TaperedPlasmaLens", "thin", {"k": p["k"], "taper": p["taper"]}
    if name == "NonlinearLens":
        return "NonlinearLens", "thin", {"knll": p["knll"], "cnll": p["cnll"]}
    if name == "PlaneXYRot":
        return "PlaneRotation", "exact", {"angle": p["phi_degree"] * DEGREE}
    if name == "PRot":
        angles = {"angle_in": p["phi_in_degree"] * DEGREE, "angle_out": p["phi_out_degree"] * DEGREE}
        return "PitchRotation", "exact", angles
    if name == "LinearMap":
        # The table says "identity + R12=0.3,R21=-0.5,…".
        matrix = [float(k % 7 == 0) for k in range(36)]
        for entry in p["R"].removeprefix("identity + ").split(","):
            place, value = entry.split("=")
            matrix[6 * int(place[1]) + int(place[2]) - 7] = float(value)
        return "LinearMap", "linear", dict(own, matrix=matrix)
    if name in ("SoftSolenoid", "SoftQuadrupole"):
        sine = [] if p["sin_coef"] == "zeros" else p["sin_coef"]
        own.update(scale=p["bscale" if name == "SoftSolenoid" else "gscale"], steps=p["mapsteps"])
        return name, "linear", dict(own, cosine=p["cos_coef"], sine=sine)
    if name == "ChrAcc":
        return "UniformAcceleration", "chromatic", dict(own, ez=p["ez"], bz=p["bz"])
    return None


def placement(p):
    found = {key: p[key] for key in ("dx", "dy") if p.get(key)}
    if p.get("rotation_degree"):
        found["tilt"] = p["rotation_degree"] * DEGREE
    return found


def element_maps(path):
    source = json.loads(path.read_text())
    starts, cases = [], []
    for number, case in enumerate(source["cases"]):
        found = translated(case["element"], case["params"])
        if found is None:
            continue
        if case["initial"] not in starts:
            starts.append(case["initial"])
        kind, model, parameters = found
        out = {"number": number, "peer": case["element"], "kind": kind, "model": model, "parameters": parameters}
        out.update(placement=placement(case["params"]), slices=case["nslice"], species=case["species"])
        out.update(kineticEnergy=case["kin_energy_MeV"], initial=starts.index(case["initial"]), final=case["final"])
        out["reference"] = [case["ref_final"][key] for key in REFERENCE] + [-case["ref_final"]["pt"]]
        out["isAlive"] = [bool(flag) for flag in case["alive"]]
        rows = case.get("linear_map_rows")
        if rows and all(value is not None for row in rows for value in row):
            out["matrix"] = rows
        cases.append(out)
    return {"initial": starts, "cases": cases}


def htu_beamline(path):
    source = json.loads(path.read_text())
    rigidity = source["impactx_26_06_headers_same_particles"]["rigidity_Tm"]
    elements = []
    for e in source["elements"]:
        if e["type"] == "ExactDrift":
            found = "Drift", "exact", {"length": e["ds"]}
        elif e["type"] == "ChrQuad":
            strength = {"gradient" if e.get("unit") == 1 else "k1": e["k"]}
            found = "Quadrupole", "chromatic", {"length": e["ds"], **strength}
        elif e["type"] == "ExactSbend":
            angle = e["ds"] * e["B"] / rigidity if e["B"] != 0 else e["phi"] * DEGREE
            found = "Bend", "exact", {"length": e["ds"], "angle": angle}
        elif e["type"] == "Kicker":
            stem = "integrated_field" if e.get("unit") == "T-m" else "kick"
            found = "Kicker", "thin", {f"{stem}_x": e["xkick"], f"{stem}_y": e["ykick"]}
        else:
            continue
        elements.append({"name": e["name"], "kind": found[0], "model": found[1], "parameters": found[2]})
    beam = source["beam"]
    return {
        "species": beam["particle"], "kineticEnergy": beam["kin_energy_MeV"], "elements": elements,
        "initial": source["first_100_particles_initial"], "final": source["first_100_particles_final"],
    }


def envelopes(path):
    """Covariances at entrance and exit, and sizes after each slice, with space charge before each slice."""
    source = json.loads(path.read_text())
    cases = []
    for name, case in source.items():
        if not (isinstance(case, dict) and "covariance" in case.get("exit", {})):
            continue
        expanding = name.startswith("expanding")
        out = {"name": name, "species": "electron" if expanding else "proton", "kineticEnergy": 250.0 if expanding else 6.7}
        out["model"] = "3D" if "3D" in name else "2D"
        out["intensity"] = 0.0 if "zero_current" in name else 1e-9 if "3D" in name else 0.5
        out["slices"] = 40 if expanding else int(name.split("nslice_")[1].split("_")[0])
        out["lattice"] = [["drift", 6.0, 0.0]] if expanding else [(item + [0.0])[:3] for item in source["input"]["lattice"]]
        out.update(entrance=case["entrance"]["covariance"], exit=case["exit"]["covariance"])
        out["trace"] = case.get("trace_s_sigx_sigy_sigt", [])
        cases.append(out)
    known = source["peer_autodiff_benchmark"]["reference_values_by_complex_step (same model, own code, double)"]
    strengths = [
        {"k": [item["k1"], item["k2"]], "error": item["error"], "slopes": [item["derror_dk1"], item["derror_dk2"]]}
        for item in known
    ]
    return {"cases": cases, "strengths": strengths}


def apertures(path):
    """Points in front of single apertures, and whether they pass."""
    cases = []
    for case in json.loads(path.read_text())["cases"]:
        if case["element"] != "Aperture":
            continue
        out = {"kind": "Aperture", "model": "thin", "parameters": case["params"]}
        out["placement"] = case.get("placement", {})
        out["points"] = [[particle[0], particle[2]] for particle in case["initial"]]
        out["isAlive"] = [bool(flag) for flag in case["alive"]]
        cases.append(out)
    return {"cases": cases}


def write(name, data):
    """One case, element or particle a line."""
    parts = []
    for key, value in data.items():
        text = json.dumps(value)
        if isinstance(value, list):
            text = "[\n" + ",\n".join(json.dumps(item, separators=(",", ":")) for item in value) + "\n]"
        parts.append(f"{json.dumps(key)}: {text}")
    pathlib.Path(__file__).with_name(name).write_text("{\n" + ",\n".join(parts) + "\n}\n")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    write("element-maps.json", element_maps(pathlib.Path(sys.argv[1])))
    write("htu-beamline.json", htu_beamline(pathlib.Path(sys.argv[2])))
    write("envelopes.json", envelopes(pathlib.Path(sys.argv[3])))
    write("apertures.json", apertures(pathlib.Path(sys.argv[4])))
