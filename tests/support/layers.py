"""The arrows of the house: which part of the package may import which."""

import sys

from support.imports import imports_in

ANYWHERE = {"validation", "framework_of_array", "gradient_errors", "options"}
INTERFACES = {"losses", "measures", "reduction"}
CORE = {"formulas", "interpreters"} | INTERFACES

#: A part, and the parts below it. The root gathers what it likes; what is not named stands on top.
BELOW = {
    "validation": {"formulas"},
    "framework_of_array": set(),
    "gradient_errors": set(),
    "parent_watchdog": set(),
    "formulas": set(),
    "interpreters": {"formulas"},
    "options": {"formulas"},
    "reduction": {"formulas", "interpreters"},
    "record_functions": {"formulas", "interpreters"},
    "kernels": {"formulas", "interpreters", "reduction"},
    "losses": {"formulas", "interpreters", "reduction", "record_functions", "kernels"},
    "measures": {"formulas", "interpreters", "reduction", "record_functions", "losses", "kernels"},
    "dispatch_info": CORE | {"record_functions", "kernels"},
    "export": {"formulas", "interpreters"},
    "estimate": CORE | {"kernels"},
    "frames": CORE | {"kernels", "estimate"},
    "torch": CORE | {"record_functions", "kernels"},
    "jax": CORE,
    "check": CORE | {"kernels"},
    "pages": set(),
    "report": CORE | {"estimate", "frames", "pages"},
    "explore": CORE | {"pages"},
    "study": CORE | {"estimate", "frames", "pages", "parent_watchdog", "torch", "jax"},
    "cli": CORE | {"check", "estimate", "explore", "frames", "pages", "report", "study"},
    "__main__": {"cli"},
}

#: Families of kernels and frameworks are apart: files of kernels, and the folders they may import.
#: A file that is not named imports neither folder.
KERNELS_BELOW = {
    "cpu": {"cpu"},
    "torch": {"cpu", "dispatch", "torch"},
    "dispatch": {"cpu", "torch"},
    "contingency_counts": {"cpu"},
}


def violations(module: str, source: str) -> list[str]:
    """The imports in a module's text that run against an arrow, as readable sentences."""
    part = _part(module)
    if part is None:
        return []
    found = []
    for name in sorted(imports_in(source)):
        if part == "formulas" and name.split(".")[0] not in sys.stdlib_module_names | {"lossary"}:
            found.append(f"{module} imports {name}: formulas import no library")
        target = _part(name)
        if name.split(".")[0] == "lossary" and target not in BELOW[part] | {part} | ANYWHERE:
            found.append(f"{module} imports {name}: {part} stands below {target or 'the root'}")
        if part == target == "kernels":
            own, other = ((*n.split("."), "")[2] for n in (module, name))
            if other in {"cpu", "torch", "dispatch"} - KERNELS_BELOW.get(own, set()) - {own}:
                found.append(f"{module} imports {name}: {own} stands below {other}")
    return found


def _part(name: str) -> str | None:
    parts = name.split(".")
    return parts[1] if parts[0] == "lossary" and len(parts) > 1 else None
