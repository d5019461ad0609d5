"""Answers on who is in charge."""

from __future__ import annotations

from collections.abc import Iterator

from dxplan.iris import PREFIXES, make
from nation.answers.cities import City, Row, question
from nation.papers import dx, year

__all__: list[str] = []

_OWNER = "dx:responsibleDivision"


@question("divisions-by-items-and-actions", "city", "division", "items", "actions", "entries")
def _divisions_by_items_and_actions(city: City) -> Iterator[Row]:
    model = city.model
    for division in model.of_kind("Division"):
        if not model.is_named(division):
            continue
        owned = model.pointing(_OWNER, division)
        below = {part for element in owned for part in model.pointing("dx:partOf", element)}
        items = {e for e in owned if model.is_a(e, "Item")}
        actions = {e for e in {*owned, *below} if model.is_a(e, "Action")}
        entries = set(model.pointing("dx:division", division))
        for whose in model.iris(division, "org:unitOf"):
            if model.is_a(whose, "Municipality"):
                yield whose, division, len(items), len(actions), len(entries)


@question("items-without-named-owner", "city", "item", "standing", "scope", "document", "locator")
def _items_without_named_owner(city: City) -> Iterator[Row]:
    model = city.model
    for item, _, whose in city.elements:
        if model.is_a(item, "Item") and not model.iris(item, _OWNER):
            for scope in city.or_nothing(item, "dx:scope"):
                for document, place in city.places(item):
                    yield whose, item, "scope-only" if scope else "nothing-printed", scope, document, place


@question("items-shared-by-divisions", "city", "item", "divisions", "division", "document", "locator")
def _items_shared_by_divisions(city: City) -> Iterator[Row]:
    model = city.model
    for item, _, whose in city.elements:
        owners = model.iris(item, _OWNER)
        if len(owners) > 1 and model.is_a(item, "Item"):
            for division in (owner for owner in owners if model.is_named(owner)):
                for document, place in city.places(item):
                    yield whose, item, len(owners), division, document, place


@question("cross-divisional-work", "city", "element", "scope", "division", "document", "locator")
def _cross_divisional_work(city: City) -> Iterator[Row]:
    model = city.model
    for element, _, whose in city.elements:
        for scope in model.iris(element, "dx:scope"):
            if scope in (dx("AllDivisions"), dx("CrossDivisional")):
                for division in city.or_nothing(element, _OWNER):
                    for document, place in city.places(element):
                        yield whose, element, scope, division, document, place


@question("items-by-division", "division", "items", "alone", "withUnnamed")
def _items_by_division(city: City) -> Iterator[Row]:
    model, wanted = city.model, make("municipality", "08236")
    for division in model.of_kind("Division") if city.iri == wanted else ():
        if wanted not in model.iris(division, "org:unitOf") or not model.is_named(division):
            continue
        items = [i for i in model.pointing(_OWNER, division) if model.is_a(i, "Item")]
        unnamed = [i for i in items if dx("UnnamedDivisions") in model.iris(i, "dx:scope")]
        alone = [i for i in items if len(model.iris(i, _OWNER)) == 1 and i not in unnamed]
        if items:
            yield division, len(items), len(alone), len(unnamed)


@question("duties-of-division-in-year", "item", "action", "printed", "stage", "charge", "divisions", "reading",
          "document", "locator")  # fmt: skip
def _duties_of_division_in_year(city: City) -> Iterator[Row]:
    model, wanted = city.model, make("division", "08236", "行革デジタル推進課")
    if wanted not in model.nodes:
        return
    whose = model.iris(wanted, "org:unitOf")
    charged = [(i, "named") for i in model.pointing(_OWNER, wanted) if model.is_a(i, "Item")]
    charged += [(e, "all-divisions") for e, _, of in city.elements if of in whose and model.is_a(e, "Item")
                and dx("AllDivisions") in model.iris(e, "dx:scope")]  # fmt: skip
    for item, charge in charged:
        owners = len(model.iris(item, _OWNER))
        for action in ["", *model.pointing("dx:partOf", item)]:
            for phase in model.pointing("dx:phaseOf", action or item):
                if year(2023) not in model.during(phase):
                    continue
                for stage in model.iris(phase, "dx:stage"):
                    for printed in model.texts(phase, "dx:printed"):
                        for reading in city.or_nothing(phase, "dx:reading"):
                            for document, place in city.places(phase):
                                yield item, action, printed, stage, charge, owners, reading, document, place


def _in_charge(city: City, kind: str) -> Iterator[Row]:
    model = city.model
    for entry in model.of_kind("ListEntry"):
        for thing in model.iris(entry, "dx:subject"):
            if not model.is_a(thing, kind):
                continue
            for element in (e for e in model.iris(entry, "dx:entryOf") if model.is_named(e)):
                about = [d for a in model.iris(element, "dx:singlesOut") for d in model.iris(a, _OWNER)]
                for whose, document, place in city.published(entry):
                    for in_list in city.or_nothing(entry, "dx:division"):
                        for own in city.or_nothing(element, _OWNER):
                            for other in [d for d in about if model.is_named(d)] or [""]:
                                ground = ("list" if in_list else "element" if own else "singled-out" if other else
                                          "nothing-printed")  # fmt: skip
                                yield thing, whose, in_list or own or other, ground, element, document, place


@question("core-systems-in-charge", "system", "city", "division", "ground", "element", "document", "locator")
def _core_systems_in_charge(city: City) -> Iterator[Row]:
    return _in_charge(city, "CoreSystem")


@question("procedures-in-charge", "procedure", "city", "division", "ground", "element", "document", "locator")
def _procedures_in_charge(city: City) -> Iterator[Row]:
    return _in_charge(city, "Procedure")


@question("open-data-by-division", "city", "division", "dataset", "standing", "printed", "element", "document",
          "locator")  # fmt: skip
def _open_data_by_division(city: City) -> Iterator[Row]:
    model, topic = city.model, PREFIXES["topic"] + "suisho-dataset"
    for entry in model.of_kind("ListEntry"):
        for dataset in model.iris(entry, "dx:subject"):
            if not model.is_a(dataset, "OpenDataSet"):
                continue
            for element in (e for e in model.iris(entry, "dx:entryOf") if model.is_named(e)):
                services = [d for d in model.pointing("dx:mentionedIn", element) if model.is_a(d, "Deployment")]
                is_published = any(topic in city.topics.get(service, ()) for service in services)
                for printed in model.texts(entry, "dx:printed"):
                    for division in city.or_nothing(entry, "dx:division"):
                        for whose, document, place in city.published(entry):
                            yield (whose, division, dataset, "published" if is_published else "planned", printed,
                                   element, document, place)  # fmt: skip
