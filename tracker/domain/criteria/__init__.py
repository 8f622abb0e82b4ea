"""Published response criteria: one version of one rule set a file."""
