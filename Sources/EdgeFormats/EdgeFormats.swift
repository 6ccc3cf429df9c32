// EdgeFormats
