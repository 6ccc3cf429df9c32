// EdgeModels
