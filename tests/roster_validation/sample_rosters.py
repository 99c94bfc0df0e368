"""Valid and invalid rosters, as operators save them."""

from __future__ import annotations

ANA, LI_WEI = "+14155550132", "+8613800138000"
GOOD = f"""\
contacts:
  - name: Ana
    phone: {ANA}
rounds: 1
"""
#: Another person, which shows which roster was used.
BETTER = GOOD.replace("Ana", "Li Wei").replace(ANA, LI_WEI)
#: Line 3: no country code.
BROKEN = f"""\
contacts:
  - name: Li Wei
    phone: {LI_WEI.removeprefix("+86")}
"""
NOBODY = "contacts: []\n"
#: The start of a JPEG file, as a browser pastes its bytes.
JPEG = (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" * 20).decode(
    "latin-1"
)
GARBAGE = "}{][:- &*!|>%@`" * 273  # 4,095 characters
BAD = {
    "a number without country code": BROKEN,
    "nobody": NOBODY,
    "a photo": JPEG,
    "a blank": " ",
    "garbage": GARBAGE,
    "JSON that ends too soon": '{"contacts": [{"name": "Ana", ',
    "prose": "please call Ana, she knows",
}
