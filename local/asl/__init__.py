"""The state machine's definition, looked at: its ways, which of them were walked, its picture.

`ways` reads what there is to be walked, `walked` what execution histories have walked of it;
`coverage` has every story walk and prints the table (`make coverage-asl`); `picture` draws all of
it (`make picture`), laid out by the layered algorithm of ELK (docs/decisions/011).
"""
