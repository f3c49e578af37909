from playhead.cli import command

command()
