print("edgevision")
