#!/usr/bin/env python3
"""Writes htu-spot.json: the beamline of ../htu/lattice.json in which every passage of a quadrupole is an
element of its own, and the variables and the objective of the match."""
import json
import pathlib
import re

here = pathlib.Path(__file__).parent
text = (here / "../htu/lattice.json").read_text()
text = re.sub(r"//.*", "", text)
machine = json.loads(re.sub(r",(\s*[}\]])", r"\1", text))
elements = machine["lattice"]["elements"]
order = machine["lattice"]["lines"]["htu"]

count = {name: order.count(name) for name in elements}
seen, places, own = {}, [], {}
for name in order:
    place = name
    if elements[name]["kind"] == "Quadrupole" and count[name] > 1:
        seen[name] = seen.get(name, 0) + 1
        place = f"{name}.{seen[name]}"
    own[place] = elements[name]
    places.append(place)

quadrupoles = [place for place in places if own[place]["kind"] == "Quadrupole"]
triplets = [name for name in quadrupoles if "Q" in name and not name.startswith("VQ")]
undulator = [name for name in quadrupoles if name.startswith("VQ")]
screens = [place for place in places if place.startswith("UC_VisaEBeam")] + ["end"]


def rows(names, suffix="", width=110, indent=" " * 8):
    lines, line = [], ""
    for name in names:
        word = json.dumps(name + suffix) + ", "
        if line and len(line) + len(word) > width:
            lines.append(line.rstrip())
            line = ""
        line += word
    return "\n".join(indent + line for line in lines + [line.rstrip()])


def entries(mapping):
    return "\n".join(f"      {json.dumps(k)}: {json.dumps(v)}," for k, v in mapping.items())


terms = "\n".join(
    f'      {{"at": "{screen}", "quantity": "sigma_{plane}", "target": 100e-6, "weight": 1e8}},'
    for screen in screens
    for plane in "xy"
)

(here / "htu-spot.json").write_text(f"""\
// The HTU beam, with its energy spread of 2.5 per cent, is made small and round along the undulator by all quadrupoles: each of
// the {len(quadrupoles)} has a strength of its own. Wanted are 100 um in both planes at the undulator's eight screens and at its end.
//
//   beamtrack optimize Examples/htu-spot/htu-spot.json
//
// Written by make-htu-spot.py from ../htu/lattice.json; there, elements of one name share their strength.
{{
  "beam": {{
    "species": "electron",
    "total_energy": 100.0, // MeV
    "charge": 25e-12, // C
    "particles": 2000,
    "seed": 1,
    "quiet_start": true,
    "distribution": {{
      "kind": "gaussian",
      "twiss": {json.dumps(machine["beam"]["distribution"]["twiss"])},
    }},
  }},
  "lattice": {{
    "elements": {{
{entries(own)}
    }},
    "lines": {{
      "htu": [
{rows(places)}
      ],
    }},
    "use": "htu",
  }},
  "tracking": {{"method": "particles"}},
  "output": {{"directory": "out", "particles": false}},
  "variables": [
    // The scales are tenths of the strengths.
    {{
      "names": [
{rows([n for n in triplets if n.startswith("PMQ")], ".gradient")}
      ], "scale": 20, "group": "permanent magnets",
    }},
    {{
      "names": [
{rows([n for n in triplets if n.startswith("EMQ")], ".gradient")}
      ], "scale": 0.25, "group": "electromagnets",
    }},
    {{
      "names": [
{rows(undulator, ".gradient")}
      ], "scale": 3, "group": "undulator",
    }},
  ],
  // Weights count sizes in units of 100 um.
  "objective": {{
    "terms": [
{terms}
    ],
  }},
  "optimizer": {{"method": "newton-cg", "tolerance": 1e-6, "max_evaluations": 2000}},
}}
""")
