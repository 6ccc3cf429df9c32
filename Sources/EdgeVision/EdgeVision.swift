// EdgeVision
