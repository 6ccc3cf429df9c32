// EdgeData
