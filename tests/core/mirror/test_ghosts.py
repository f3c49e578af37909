"""What moves with its shadow tree: rrweb's Replayer keeps what stands inside, and builds what it took out anew."""

from typing import Any

from playhead.core.mirror.dom import Mirror
from tests.core.pages import add, assert_sound, change, element, mirror_of, mutation


def host(node_id: int, tag: str, *shadow: Any, **attributes: Any) -> dict[str, Any]:
    return {**element(node_id, tag, *({**one, "isShadow": True} for one in shadow), **attributes), "isShadowHost": True}


def page_with_sheets() -> Mirror:
    """A card (10) with an icon (12) in its shadow tree; both have adopted the sheet 1."""
    mirror = mirror_of(element(5, "main"), host(10, "x-card", element(11, "div", host(12, "x-icon", element(13, "b")))))
    style = {"styleId": 1, "rules": [{"rule": "b {}", "index": 0}]}
    mirror.apply(change(15, id=10, styleIds=[1], styles=[style]))
    mirror.apply(change(15, id=12, styleIds=[1]))
    return mirror


def moved(to: int, *, icon: dict[str, Any]) -> Any:
    inner = {**element(11, "div"), "isShadow": True}
    return mutation(
        removes=[{"parentId": 4, "id": 10}],
        adds=[
            add(to, {**element(10, "x-card"), "isShadowHost": True}),
            add(10, inner),
            add(11, {**icon, "isShadowHost": True}),
            add(12, {**element(13, "b"), "isShadow": True}),
        ],
    )


def test_what_stands_in_the_shadow_tree_of_what_moves_keeps_its_sheets() -> None:
    mirror = page_with_sheets()
    mirror.apply(moved(5, icon=element(12, "x-icon")))
    assert mirror.adopted == {12: [1]}  # the card itself is built anew and has none
    assert_sound(mirror)


def test_what_comes_back_recorded_otherwise_is_another_element() -> None:
    mirror = page_with_sheets()
    mirror.apply(moved(5, icon=element(12, "x-icon", name="heart")))
    assert mirror.adopted == {}


def test_live_attributes_and_values_come_back() -> None:
    mirror = mirror_of(element(5, "main"), host(10, "x-card", element(11, "div", element(12, "input"))))
    mirror.apply(mutation(attributes=[{"id": 12, "attributes": {"style": ""}}]))
    mirror.apply(change(5, id=12, text="Ada", isChecked=False))
    back = [add(5, {**element(10, "x-card"), "isShadowHost": True}), add(10, {**element(11, "div"), "isShadow": True})]
    mirror.apply(mutation(removes=[{"parentId": 4, "id": 10}], adds=[*back, add(11, element(12, "input"))]))
    assert mirror.nodes[12].attributes == {"style": ""}
    assert mirror.value_of(12) == "Ada"


def test_what_stood_in_the_light_tree_is_built_anew() -> None:
    mirror = mirror_of(element(5, "main"), element(10, "div", host(12, "x-icon", element(13, "b"))))
    mirror.apply(change(15, id=12, styleIds=[1], styles=[{"styleId": 1, "rules": []}]))
    back = [add(5, element(10, "div")), add(10, {**element(12, "x-icon"), "isShadowHost": True})]
    mirror.apply(mutation(removes=[{"parentId": 4, "id": 10}], adds=back))
    assert mirror.adopted == {}


def test_what_is_removed_once_more_is_gone() -> None:
    mirror = page_with_sheets()
    mirror.apply(mutation(removes=[{"parentId": 4, "id": 10}, {"parentId": 11, "id": 12}]))
    mirror.apply(mutation(adds=[add(5, {**element(12, "x-icon"), "isShadowHost": True})]))
    assert mirror.adopted == {}
