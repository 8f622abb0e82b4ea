"""Picture to plotly figure, one file each."""
