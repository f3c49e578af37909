"""demo: a small shop with true faults in it, so that anybody can record, replay and be told something real.

Imports nothing else of Playhead: to the server it is just somebody's website with the recorder's snippet in it.
"""
