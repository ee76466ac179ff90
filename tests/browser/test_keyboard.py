"""Everything that can be pressed or filled in is reached by Tab, one after the other, and is seen to be."""

import itertools

# What takes part, and is there to be seen. Radio buttons of one name are one stop; a popover that is closed is none.
STOPS = """
() => {
  const all = document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']");
  const named = new Set();
  return [...all].filter(one => {
    if (one.disabled || one.tabIndex < 0 || !one.checkVisibility({visibilityProperty: true})) return false;
    if (one.type !== "radio") return true;
    return named.has(one.name) ? false : named.add(one.name);
  }).length;
}
"""
FOCUSED = """
() => {
  const one = document.activeElement;
  window.reached ??= new Set();
  if (!one || one === document.body || window.reached.has(one)) return null;
  window.reached.add(one);
  const style = getComputedStyle(one);
  const seen = style.outlineStyle !== "none" || style.boxShadow !== "none" || one.matches("input, select, textarea");
  return seen ? "" : one.outerHTML.slice(0, 160);
}
"""


def test_every_control_is_reached_by_tab_and_seen(furniture):
    visitors, places = furniture
    found = []
    for who, theirs in itertools.groupby(places, lambda place: place.who):
        context = visitors.context(who)
        page = context.new_page()
        for place in theirs:
            place.reach(page)
            stops = page.evaluate(STOPS)
            reached = idle = 0
            # A date and a time are seven stops in one field, and some pages begin in the middle.
            while reached < stops and idle < 9:
                page.keyboard.press("Tab")
                hidden = page.evaluate(FOCUSED)
                idle = idle + 1 if hidden is None else 0
                reached += hidden is not None
                if hidden:
                    found.append(f"{place.name}: focus is not seen on {hidden}")
            if reached < stops:
                found.append(f"{place.name}: Tab reaches {reached} of {stops}")
        context.close()
    assert not found, "\n".join(found)
