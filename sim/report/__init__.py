"""Reports: the table, the results folder, the charts and the story of one child."""
