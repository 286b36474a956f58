"""The commands: `samplan` and its subcommands."""
