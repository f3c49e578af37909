"""The visit: what a person did, what the page answered, and the facts that signals rest on."""
