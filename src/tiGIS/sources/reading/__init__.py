"""Reading official files: one file per format, over one door for layers, tables, rasters and archives."""
